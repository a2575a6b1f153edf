import CJavaScriptCore

/// Stops scripts that do not come back, for an endless loop never lets a timer fire, or take too much.
///
/// While a script runs, the engine asks every `interval` whether to end it.
final class Watchdog {
  private static let interval = 0.05

  private let group: JSContextGroupRef
  private let deadline: ContinuousClock.Instant?
  private let memoryLimit: Int?
  /// Why a script has been ended.
  private(set) var verdict: StopReason?

  /// - Parameter deadline: nil: only the memory counts.
  init(group: JSContextGroupRef, deadline: ContinuousClock.Instant?, memoryLimit: Int?) {
    self.group = group
    self.deadline = deadline
    self.memoryLimit = memoryLimit
    arm()
  }

  deinit { JSContextGroupClearExecutionTimeLimit(group) }

  /// Also puts this watchdog back in the place of another one: a group has one.
  func arm() {
    JSContextGroupSetExecutionTimeLimit(
      group, Self.interval, watchdogCallback, Unmanaged.passUnretained(self).toOpaque())
  }

  fileprivate func check() -> Bool {
    verdict = StopReason(deadline: deadline, memoryLimit: memoryLimit)
    if verdict != nil { return true }
    // The limit does not renew itself; without this the next loop would run for ever.
    arm()
    return false
  }
}

private func watchdogCallback(_: JSContextRef?, data: UnsafeMutableRawPointer?) -> Bool {
  data.map { Unmanaged<Watchdog>.fromOpaque($0).takeUnretainedValue().check() } ?? false
}
