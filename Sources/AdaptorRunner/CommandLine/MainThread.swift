import AdaptorCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the main thread does while the engine's thread runs the command: it waits for signals, and looks
/// whether a step has outlived its time.
///
/// The engine cannot be interrupted everywhere: not inside a regular expression, and not in promises that
/// make promises. A step that is over its time by more than `grace` therefore ends the process.
enum MainThread {
  private static let grace = Duration.seconds(1)
  private static let interval = Duration.milliseconds(250)

  private struct Limit {
    let deadline: ContinuousClock.Instant
    let report: @Sendable () -> Void
  }

  private static let limit = Mutex<Limit?>(nil)

  /// Ends the process after `timeout`, unless the limit is lifted before. `report` says why.
  static func setLimit(_ timeout: Duration, report: @escaping @Sendable () -> Void) {
    limit.withLock { $0 = Limit(deadline: .now + timeout + grace, report: report) }
  }

  static func liftLimit() { limit.withLock { $0 = nil } }

  static func wait(_ signals: InterruptSignals) -> Never {
    while true {
      if let number = signals.wait(interval) { signals.end(number) }
      let expired = limit.withLock { limit in limit.flatMap { $0.deadline <= .now ? $0 : nil } }
      if let expired {
        FileSystem.discardUnfinished()
        expired.report()
        _exit(1)
      }
    }
  }
}
