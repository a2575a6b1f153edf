import Foundation
import Testing

@testable import AdaptorCore

@Suite(.timeLimit(.minutes(2)))
struct EventLoopDescriptorTests {
  @Test("A descriptor that becomes readable while the loop sleeps wakes it")
  func watchReading() async throws {
    let ends = try Ends()
    defer { ends.close() }
    await onLoop { loop in
      let text = await withCheckedContinuation { continuation in
        loop.watch(ends.read, for: .reading) { interest in
          #expect(loop.isCurrent)
          #expect(interest == .reading)
          loop.unwatch(ends.read)
          continuation.resume(returning: ends.receive())
        }
        Thread.detachNewThread { ends.send("hello") }
      }
      #expect(text == "hello")
    }
  }

  @Test("After unwatch nothing is reported, until it is watched again")
  func unwatch() async throws {
    let ends = try Ends()
    defer { ends.close() }
    await onLoop { loop in
      let seen = Recorder<String>()
      loop.watch(ends.read, for: .reading) { _ in seen.append(ends.receive()) }
      await rounds(loop)
      #expect(seen.items == [])
      ends.send("a")
      await rounds(loop)
      #expect(seen.items == ["a"])
      loop.unwatch(ends.read)
      ends.send("b")
      await rounds(loop)
      #expect(seen.items == ["a"])
      loop.watch(ends.read, for: .reading) { _ in seen.append("again " + ends.receive()) }
      await rounds(loop)
      #expect(seen.items == ["a", "again b"])
      loop.unwatch(ends.read)
      loop.unwatch(ends.read)
    }
  }

  @Test("A second watch replaces handler and interest")
  func rewatch() async throws {
    let ends = try Ends()
    defer { ends.close() }
    await onLoop { loop in
      let seen = Recorder<String>()
      loop.watch(ends.write, for: .reading) { _ in seen.append("first") }
      await rounds(loop)
      #expect(seen.items == [])
      loop.watch(ends.write, for: [.reading, .writing]) {
        seen.append("\($0.contains(.reading)) \($0.contains(.writing))")
        loop.unwatch(ends.write)
      }
      await rounds(loop)
      #expect(seen.items == ["false true"])
      ends.send("x")
      loop.watch(ends.read, for: .reading) { _ in seen.append("old") }
      loop.watch(ends.read, for: .reading) { _ in
        seen.append("new")
        loop.unwatch(ends.read)
      }
      await rounds(loop)
      #expect(seen.items == ["false true", "new"])
    }
  }

  @Test("A handler may end the watch of another descriptor that is ready too")
  func unwatchOther() async throws {
    let (left, right) = (try Ends(), try Ends())
    defer {
      left.close()
      right.close()
    }
    await onLoop { loop in
      let seen = Recorder<Int32>()
      for (own, other) in [(left, right), (right, left)] {
        own.send("x")
        loop.watch(own.read, for: .reading) { _ in
          seen.append(own.read)
          loop.unwatch(own.read)
          loop.unwatch(other.read)
        }
      }
      await rounds(loop)
      #expect(seen.items.count == 1)
    }
  }

  @Test("A hang-up counts as ready for everything")
  func hangUp() async throws {
    let ends = try Ends()
    defer { close(ends.read) }
    close(ends.write)
    await onLoop { loop in
      let interest = await withCheckedContinuation { continuation in
        loop.watch(ends.read, for: .reading) { interest in
          loop.unwatch(ends.read)
          continuation.resume(returning: interest)
        }
      }
      #expect(interest == [.reading, .writing])
      #expect(ends.receive() == "")
    }
  }

  @Test("Jobs run and timers fire while a descriptor is always ready")
  func busyDescriptor() async throws {
    let ends = try Ends()
    defer { ends.close() }
    await onLoop { loop in
      loop.watch(ends.write, for: .writing) { _ in }
      await rounds(loop)
      await Task(executorPreference: loop) {}.value
      await Task.detached { await Task(executorPreference: loop) {}.value }.value
      loop.unwatch(ends.write)
    }
  }
}
