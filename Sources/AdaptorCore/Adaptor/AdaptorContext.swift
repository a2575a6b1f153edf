/// What an adaptor may use of the program around it.
public struct AdaptorContext: Sendable {
  /// How serious a line is.
  public enum Level: String, Sendable {
    /// From `debug`, for developers only, to `error`, for what ended an operation; `success` reports
    /// work that is done.
    case debug, info, success, warn, error
  }

  /// The loop that drives the adaptor's sockets and timers.
  public let loop: EventLoop
  private let write: @Sendable (Level, String) -> Void
  private let conceal: @Sendable (String) -> Void

  /// A context for programs and tests that open adaptors themselves; the runner makes its own.
  ///
  /// - Parameters:
  ///   - loop: the loop of the program, or the shared one.
  ///   - log: receives the adaptor's lines. The default drops them.
  ///   - hide: receives secrets that the adaptor learns, such as a token it fetched.
  public init(
    loop: EventLoop = .current ?? .shared,
    log: @escaping @Sendable (Level, String) -> Void = { _, _ in },
    hide: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.loop = loop
    write = log
    conceal = hide
  }

  /// Reports one line. The runner hides the secrets of the configuration in it.
  public func log(_ level: Level, _ message: String) { write(level, message) }

  /// Has a secret that is not part of the configuration replaced in every line and error from now on.
  public func hide(_ secret: String) { conceal(secret) }
}
