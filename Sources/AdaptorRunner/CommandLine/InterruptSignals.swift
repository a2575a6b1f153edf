#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps SIGINT and SIGTERM for the main thread, which does nothing else than wait for them.
struct InterruptSignals {
  private var signals = sigset_t()

  /// Call it before any thread is started that should not be interrupted.
  init() {
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Ends the process when a signal arrives: what is half written is removed, sockets close, and a
  /// database rolls back what was not committed.
  func waitForInterrupt() -> Never {
    var signals = signals
    var number: Int32 = 0
    while sigwait(&signals, &number) != 0 {}
    FileSystem.discardUnfinished()
    TerminalLog.print("[CLI] ✘ interrupted; nothing was written")
    _exit(128 + number)
  }
}
