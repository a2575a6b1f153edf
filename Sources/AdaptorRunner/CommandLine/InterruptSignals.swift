#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps SIGINT, SIGTERM and SIGHUP for the main thread, which does nothing else than wait for them.
struct InterruptSignals {
  private var signals = sigset_t()

  /// Call it before any thread is started that should not be interrupted.
  init() {
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGHUP)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for a signal, at most `timeout`.
  ///
  /// - Returns: its number, or nil.
  func wait(_ timeout: Duration) -> Int32? {
    var signals = signals
    #if canImport(Darwin)
      var number: Int32 = 0
      return sigwait(&signals, &number) == 0 ? number : nil
    #else
      var time = timespec(tv_sec: 0, tv_nsec: Int(timeout / .nanoseconds(1)))
      let number = sigtimedwait(&signals, nil, &time)
      return number > 0 ? number : nil
    #endif
  }

  /// Ends the process: what is half written is removed, sockets close, and a database rolls back what was
  /// not committed.
  func end(_ number: Int32) -> Never {
    FileSystem.discardUnfinished()
    let isJSON = CommandLine.arguments.contains("--log-json")
    TerminalLog(isJSON: isJSON).write(
      LogLine(.cli, .error, "interrupted; nothing was written"))
    _exit(128 + number)
  }
}
