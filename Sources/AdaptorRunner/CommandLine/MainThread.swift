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
/// whether a step is beyond its limits.
///
/// The engine cannot be interrupted everywhere: not inside a regular expression, not in promises that make
/// promises, and not while memory grows on the native side. A step that is beyond a limit for longer than
/// its grace therefore ends the process.
enum MainThread {
  private static let interval = Duration.milliseconds(50)
  private static let grace = Duration.seconds(1)
  /// By how much memory may be exceeded until the engine's next look.
  private static let memoryGrace = 1.25

  fileprivate struct Limits {
    let deadline: ContinuousClock.Instant?
    let memory: Int?
    let report: @Sendable (StopReason) -> Void
  }

  private static let limits = Mutex<Limits?>(nil)

  /// Ends the process when a step outlives its time or takes too much, unless the limits are lifted before.
  /// `report` says why.
  static func set(_ options: RunOptions, report: @escaping @Sendable (StopReason) -> Void) {
    let limits = Limits(
      deadline: options.timeout.map { .now + $0 + grace },
      memory: options.memoryLimit.map { Int(Double($0) * memoryGrace) }, report: report)
    self.limits.withLock { $0 = limits }
  }

  static func liftLimits() { limits.withLock { $0 = nil } }

  static func wait(_ signals: InterruptSignals) -> Never {
    while true {
      if let number = signals.wait(interval) { signals.end(number) }
      guard let limits = limits.withLock({ $0 }), let reason = limits.exceeded else { continue }
      FileSystem.discardUnfinished()
      limits.report(reason)
      _exit(1)
    }
  }
}

extension MainThread.Limits {
  fileprivate var exceeded: StopReason? {
    StopReason(deadline: deadline, memoryLimit: memory)
  }
}
