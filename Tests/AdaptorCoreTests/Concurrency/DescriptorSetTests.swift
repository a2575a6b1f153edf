import Testing

@testable import AdaptorCore

@Suite(.timeLimit(.minutes(2)))
struct DescriptorSetTests {
  @Test("Ready descriptors are returned with what they are ready for, until unwatched")
  func readiness() throws {
    let ends = try Ends()
    defer { ends.close() }
    let wakeup = WakeupPipe()
    var set = DescriptorSet()
    set.watch(ends.read, for: .reading) { _ in }
    #expect(set.poll(wakeup: wakeup, timeout: .zero).isEmpty)
    ends.send("x")
    let ready = set.poll(wakeup: wakeup, timeout: nil)
    #expect(ready.map(\.descriptor) == [ends.read])
    #expect(ready.map(\.interest) == [.reading])
    set.watch(ends.write, for: .writing) { _ in }
    #expect(
      Set(set.poll(wakeup: wakeup, timeout: nil).map(\.descriptor)) == [ends.read, ends.write])
    set.unwatch(ends.read)
    #expect(set.poll(wakeup: wakeup, timeout: nil).map(\.descriptor) == [ends.write])
    set.unwatch(ends.write)
    #expect(set.poll(wakeup: wakeup, timeout: .zero).isEmpty)
    #expect(set.handler(of: ends.read) == nil)
  }

  @Test("Signals end one wait, however many there were")
  func wakeup() {
    let wakeup = WakeupPipe()
    var set = DescriptorSet()
    for _ in 0..<100_000 { wakeup.signal() }
    #expect(set.poll(wakeup: wakeup, timeout: nil).isEmpty)
    let start = ContinuousClock.now
    #expect(set.poll(wakeup: wakeup, timeout: .milliseconds(5)).isEmpty)
    #expect(ContinuousClock.now - start >= .milliseconds(5), "the pipe was not drained")
  }

  @Test("A wait is never shorter than asked for", arguments: [1, 300, 999, 1000, 1001, 2500])
  func timeout(microseconds: Int) {
    let wakeup = WakeupPipe()
    var set = DescriptorSet()
    let start = ContinuousClock.now
    _ = set.poll(wakeup: wakeup, timeout: .microseconds(microseconds))
    #expect(ContinuousClock.now - start >= .microseconds(microseconds))
  }

  @Test("A time that has passed is not waited for")
  func pastTimeout() {
    let wakeup = WakeupPipe()
    var set = DescriptorSet()
    for timeout in [Duration.zero, .nanoseconds(-1), .seconds(-5)] {
      #expect(set.poll(wakeup: wakeup, timeout: timeout).isEmpty)
    }
  }
}
