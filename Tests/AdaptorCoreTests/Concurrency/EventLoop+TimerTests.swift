import Generators
import Testing

@testable import AdaptorCore

@Suite(.timeLimit(.minutes(2)))
struct EventLoopTimerTests {
  @Test("Timers fire in order, on the loop, and not too soon")
  func timers() async {
    await onLoop { loop in
      let fired = Recorder<Int>()
      let start = ContinuousClock.now
      for number in 1...5 {
        _ = loop.schedule(after: .milliseconds(2 * number)) {
          #expect(loop.isCurrent)
          #expect(ContinuousClock.now - start >= .milliseconds(2 * number))
          fired.append(number)
        }
      }
      await pause(loop, .milliseconds(10))
      #expect(fired.items == [1, 2, 3, 4, 5])
    }
  }

  @Test("A negative delay is due at once")
  func negativeDelay() async {
    await onLoop { await pause($0, .seconds(-5)) }
  }

  @Test("A timer scheduled by a timer fires too")
  func chained() async {
    let count = await onLoop { loop in
      await withCheckedContinuation { continuation in
        Self.chain(loop, 100, of: 100) { continuation.resume(returning: $0) }
      }
    }
    #expect(count == 100)
  }

  private static func chain(
    _ loop: EventLoop, _ remaining: Int, of total: Int, _ done: @escaping (Int) -> Void
  ) {
    if remaining == 0 { return done(total) }
    _ = loop.schedule(after: .zero) { chain(loop, remaining - 1, of: total, done) }
  }

  @Test("A cancelled timer does not fire")
  func cancel() async {
    await onLoop { loop in
      let fired = Recorder<String>()
      _ = loop.schedule(after: .milliseconds(1)) { fired.append("a") }
      let cancelled = loop.schedule(after: .milliseconds(1)) { fired.append("b") }
      let early = loop.schedule(after: .zero) { fired.append("c") }
      loop.cancel(cancelled)
      loop.cancel(early)
      await pause(loop, .milliseconds(2))
      loop.cancel(cancelled)
      #expect(fired.items == ["a"])
    }
  }

  @Test("A timer may cancel another that is due at the same time")
  func cancelWhileFiring() async {
    await onLoop { loop in
      let fired = Recorder<String>()
      let victim = Recorder<LoopTimer>()
      _ = loop.schedule(after: .zero) {
        fired.append("a")
        for timer in victim.items { loop.cancel(timer) }
      }
      victim.append(loop.schedule(after: .zero) { fired.append("b") })
      // Both are due before the loop looks.
      let scheduled = ContinuousClock.now
      while ContinuousClock.now <= scheduled {}
      await pause(loop)
      #expect(fired.items == ["a"])
    }
  }

  @Test("10,000 timers fire once each, in the order in which they are due")
  func manyTimers() async {
    struct Firing: Sendable {
      let number: Int
      let time: ContinuousClock.Instant
    }
    struct Bounds: Sendable {
      let earliest: ContinuousClock.Instant
      let latest: ContinuousClock.Instant
    }
    let count = 10_000
    let (bounds, fired) = await onLoop { loop in
      var random = SeededGenerator(seed: 50)
      let fired = Recorder<Firing>()
      var bounds: [Bounds] = []
      for number in 0..<count {
        let delay = Duration.microseconds(Int.random(in: 0..<30_000, using: &random))
        let before = ContinuousClock.now
        _ = loop.schedule(after: delay) { fired.append(Firing(number: number, time: .now)) }
        bounds.append(Bounds(earliest: before + delay, latest: .now + delay))
      }
      await pause(loop, .milliseconds(30))
      return (bounds, fired.items)
    }
    #expect(fired.map(\.number).sorted() == Array(0..<count))
    #expect(fired.allSatisfy { $0.time >= bounds[$0.number].earliest })
    let isOrdered = zip(fired, fired.dropFirst()).allSatisfy {
      bounds[$0.number].earliest <= bounds[$1.number].latest
    }
    #expect(isOrdered)
  }
}
