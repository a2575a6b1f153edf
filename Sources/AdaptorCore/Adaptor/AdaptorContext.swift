/// What an adaptor may use of the program around it.
public struct AdaptorContext: Sendable {
  /// How serious a line is.
  public enum Level: String, Sendable {
    case debug, info, success, warn, error
  }

  /// The loop that drives the adaptor's sockets and timers.
  public let loop: EventLoop
  private let write: @Sendable (Level, String) -> Void

  /// - Parameters:
  ///   - loop: the loop of the program, or the shared one.
  ///   - log: receives the adaptor's lines. The default drops them.
  public init(
    loop: EventLoop = .current ?? .shared,
    log: @escaping @Sendable (Level, String) -> Void = { _, _ in }
  ) {
    self.loop = loop
    write = log
  }

  /// Reports one line.
  public func log(_ level: Level, _ message: String) { write(level, message) }
}
