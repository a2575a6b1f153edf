import AdaptorCore
import Synchronization

/// A line in the log now and then while something takes long.
final class ProgressLog: Sendable {
  private let context: AdaptorContext
  private let interval: Duration
  private let next: Mutex<ContinuousClock.Instant>

  /// - Parameter interval: the time before the first line, and between two.
  init(_ context: AdaptorContext, every interval: Duration = .seconds(5)) {
    self.context = context
    self.interval = interval
    next = Mutex(.now + interval)
  }

  /// Notes how far it is.
  ///
  /// - Parameter line: made only when it is time for one.
  func note(_ line: @autoclosure () -> String) {
    let isTime = next.withLock { next in
      guard .now >= next else { return false }
      next = .now + interval
      return true
    }
    if isTime { context.log(.info, line()) }
  }
}
