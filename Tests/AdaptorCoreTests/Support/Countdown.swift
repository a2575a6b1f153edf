import Synchronization

/// Counts down from any thread.
final class Countdown: Sendable {
  private let remaining: Mutex<Int>

  init(_ count: Int) { remaining = Mutex(count) }

  /// - Returns: whether this was the last count.
  func count() -> Bool {
    remaining.withLock {
      $0 -= 1
      return $0 == 0
    }
  }
}
