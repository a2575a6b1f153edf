import Generators
import Testing

@testable import AdaptorCore

struct TimerQueueTests {
  private let start = ContinuousClock.now

  private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  private func fireAll(_ queue: inout TimerQueue, by milliseconds: Int) {
    while let fire = queue.takeDue(by: at(milliseconds)) { fire() }
  }

  @Test("Timers fire when due, soonest first, equals in order of creation")
  func order() {
    let fired = Recorder<String>()
    var queue = TimerQueue()
    for (due, name) in [(30, "d"), (10, "a"), (20, "b"), (20, "c"), (40, "e")] {
      _ = queue.add(at: at(due)) { fired.append(name) }
    }
    #expect(queue.next == at(10))
    fireAll(&queue, by: 9)
    #expect(fired.items == [])
    fireAll(&queue, by: 20)
    #expect(fired.items == ["a", "b", "c"])
    #expect(queue.next == at(30))
    fireAll(&queue, by: 1000)
    #expect(fired.items == ["a", "b", "c", "d", "e"])
    #expect(queue.next == nil)
    #expect(queue.takeDue(by: at(1000)) == nil)
  }

  @Test("Cancelling the soonest uncovers the next")
  func cancel() {
    var queue = TimerQueue()
    let first = queue.add(at: at(1)) {}
    let second = queue.add(at: at(2)) {}
    let third = queue.add(at: at(3)) {}
    queue.cancel(second)
    #expect(queue.next == at(1))
    queue.cancel(first)
    #expect(queue.next == at(3))
    queue.cancel(first)
    #expect(queue.next == at(3))
    queue.cancel(third)
    #expect(queue.next == nil)
  }

  @Test("A cancelled timer lets go of what it captured")
  func releases() {
    final class Held {}
    var queue = TimerQueue()
    var held: Held? = Held()
    weak let reference = held
    let timer = queue.add(at: at(1)) { [held] in _ = held }
    _ = queue.add(at: at(0)) {}
    held = nil
    #expect(reference != nil)
    queue.cancel(timer)
    #expect(reference == nil)
  }

  /// The plain version of a timer queue: a list that is sorted when asked.
  private struct Reference {
    var pending: [(due: Int, number: Int)] = []

    mutating func take(by now: Int) -> [Int] {
      let due = pending.filter { $0.due <= now }.sorted { $0 < $1 }
      pending.removeAll { $0.due <= now }
      return due.map(\.number)
    }
  }

  @Test("Random operations agree with a sorted list", arguments: 30...34)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = TimerQueue()
    var reference = Reference()
    var timers: [LoopTimer] = []
    let fired = Recorder<Int>()
    var expected: [Int] = []
    var now = 0
    for _ in 0..<4000 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        let number = timers.count
        let due = now + Int.random(in: -5...200, using: &random)
        timers.append(queue.add(at: at(due)) { fired.append(number) })
        reference.pending.append((due, number))
      case 5..<8:
        // Any timer: also one that has fired or was cancelled before.
        guard let number = timers.indices.randomElement(using: &random) else { continue }
        queue.cancel(timers[number])
        reference.pending.removeAll { $0.number == number }
        if reference.pending.isEmpty { #expect(queue.next == nil) }
      default:
        now += Int.random(in: 0...40, using: &random)
        fireAll(&queue, by: now)
        expected += reference.take(by: now)
      }
      if let soonest = reference.pending.map(\.due).min() {
        #expect(queue.next.map { $0 <= at(soonest) } == true)
      }
    }
    fireAll(&queue, by: now + 1000)
    expected += reference.take(by: now + 1000)
    #expect(fired.items == expected)
  }
}
