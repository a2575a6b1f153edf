import Synchronization
import Testing

@testable import AdaptorCore

@Suite struct LookaheadTests {
  @Test func valuesComeInOrderUntilTheEnd() async throws {
    let rest = Mutex([1, 2, 3][...])
    let values = Lookahead { () throws(AdaptorError) in rest.withLock { $0.popFirst() } }
    var found: [Int] = []
    while let value = try await values.next() { found.append(value) }
    #expect(found == [1, 2, 3])
    let end = try await values.next()
    #expect(end == nil)
  }

  @Test func theNextValueIsMadeBeforeItIsAskedFor() async throws {
    let count = Atomic(0)
    let (made, announce) = AsyncStream.makeStream(of: Int.self)
    let values = Lookahead { () throws(AdaptorError) -> Int? in
      let number = count.add(1, ordering: .relaxed).newValue
      announce.yield(number)
      return number
    }
    let first = try await values.next()
    #expect(first == 1)
    var announced = made.makeAsyncIterator()
    #expect(await announced.next() == 1)
    #expect(await announced.next() == 2)
  }

  @Test func anErrorComesOutWhereItsValueWould() async throws {
    let count = Atomic(0)
    let values = Lookahead { () throws(AdaptorError) -> Int? in
      let number = count.add(1, ordering: .relaxed).newValue
      if number == 2 { throw AdaptorError(.failed, "no second") }
      return number
    }
    _ = try await values.next()
    await #expect(throws: AdaptorError.self) { try await values.next() }
  }

  @Test func makingLeavesTheThreadOfTheReader() async throws {
    let loop = EventLoop()
    defer { loop.stop() }
    let values = Lookahead { () throws(AdaptorError) -> Bool? in loop.isCurrent }
    let isOnLoop = await Task(executorPreference: loop) { try? await values.next() }.value
    #expect(isOnLoop == false)
  }
}
