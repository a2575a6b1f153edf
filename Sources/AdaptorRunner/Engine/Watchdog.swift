import CJavaScriptCore

/// Stops scripts that do not come back: an endless loop never lets a timer fire.
///
/// While a script runs, the engine asks every `interval` whether to end it.
final class Watchdog {
  private static let interval = 0.05

  private let group: JSContextGroupRef
  /// Answers whether the running script must end.
  private let mustStop: () -> Bool
  /// Whether a script has been ended.
  private(set) var hasStopped = false

  init(group: JSContextGroupRef, mustStop: @escaping () -> Bool) {
    self.group = group
    self.mustStop = mustStop
    arm()
  }

  deinit { JSContextGroupClearExecutionTimeLimit(group) }

  private func arm() {
    JSContextGroupSetExecutionTimeLimit(
      group, Self.interval, watchdogCallback, Unmanaged.passUnretained(self).toOpaque())
  }

  fileprivate func check() -> Bool {
    if mustStop() {
      hasStopped = true
      return true
    }
    // The limit does not renew itself; without this the next loop would run for ever.
    arm()
    return false
  }
}

private func watchdogCallback(_: JSContextRef?, data: UnsafeMutableRawPointer?) -> Bool {
  data.map { Unmanaged<Watchdog>.fromOpaque($0).takeUnretainedValue().check() } ?? false
}
