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
  private static let cleanUp = Mutex<(@Sendable () async -> Void)?>(nil)
  /// How long an interrupt may take to close what the step has open; a second one does not wait.
  private static let patience = Duration.seconds(1)

  /// Calls `body` before an interrupt ends the process.
  static func whenInterrupted(_ body: @escaping @Sendable () async -> Void) {
    cleanUp.withLock { $0 = body }
  }

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
      if let number = signals.wait(interval) {
        closeDown(signals)
        signals.end(number)
      }
      guard let limits = limits.withLock({ $0 }), let reason = limits.exceeded else { continue }
      FileSystem.discardUnfinished()
      limits.report(reason)
      _exit(1)
    }
  }
}

extension MainThread {
  /// Lets the step's adaptors end what a server still works at.
  private static func closeDown(_ signals: InterruptSignals) {
    guard let body = cleanUp.withLock({ $0 }) else { return }
    let isDone = FlagBox()
    Task {
      await body()
      isDone.value.store(true, ordering: .releasing)
    }
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end, !isDone.value.load(ordering: .acquiring) {
      if signals.wait(.milliseconds(10)) != nil { return }
    }
  }
}

extension MainThread.Limits {
  fileprivate var exceeded: StopReason? {
    StopReason(deadline: deadline, memoryLimit: memory)
  }
}

private final class FlagBox: Sendable {
  let value = Atomic(false)
}
