/// A timer of an event loop, to cancel it.
public struct LoopTimer: Hashable, Sendable {
  fileprivate let number: Int
}

/// Timers in the order in which they are due; those due at the same instant fire in order of creation.
struct TimerQueue {
  private struct Entry {
    let due: ContinuousClock.Instant
    let number: Int
    func isBefore(_ other: Entry) -> Bool { (due, number) < (other.due, other.number) }
  }

  /// A binary heap, soonest first. Cancelled timers stay in it until they come up.
  private var heap: [Entry] = []
  private var bodies: [Int: () -> Void] = [:]
  private var lastNumber = 0

  /// When the next timer is due.
  var next: ContinuousClock.Instant? { heap.first?.due }

  mutating func add(at due: ContinuousClock.Instant, _ body: @escaping () -> Void) -> LoopTimer {
    lastNumber += 1
    bodies[lastNumber] = body
    heap.append(Entry(due: due, number: lastNumber))
    siftUp(heap.count - 1)
    return LoopTimer(number: lastNumber)
  }

  mutating func cancel(_ timer: LoopTimer) {
    bodies[timer.number] = nil
    while let first = heap.first, bodies[first.number] == nil { removeFirst() }
  }

  /// Takes out the soonest timer due by `now`; the caller runs it, since it may add and cancel timers.
  mutating func takeDue(by now: ContinuousClock.Instant) -> (() -> Void)? {
    while let first = heap.first, first.due <= now {
      removeFirst()
      if let body = bodies.removeValue(forKey: first.number) { return body }
    }
    return nil
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown(0)
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var soonest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].isBefore(heap[soonest]) { soonest = child }
      }
      if soonest == parent { return }
      heap.swapAt(parent, soonest)
      parent = soonest
    }
  }
}
