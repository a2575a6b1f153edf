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
  /// The folder whose files operations may read and write; nil: none.
  public let files: FileFolder?
  /// A private folder for what is worth keeping for later runs; nil: nothing is kept.
  public let cache: FileFolder?
  private let stream: @Sendable (JSON) -> ByteStream?
  private let write: @Sendable (Level, String) -> Void
  private let conceal: @Sendable (String) -> Void

  /// A context for programs and tests that open adaptors themselves; the runner makes its own.
  ///
  /// - Parameters:
  ///   - loop: the loop of the program, or the shared one.
  ///   - log: receives the adaptor's lines. The default drops them.
  ///   - hide: receives secrets that the adaptor learns, such as a token it fetched.
  ///   - files: the folder whose files operations may read and write.
  ///   - cache: a folder that nobody else can read.
  ///   - stream: the stream that an argument stands for.
  public init(
    loop: EventLoop = .current ?? .shared, files: FileFolder? = nil, cache: FileFolder? = nil,
    log: @escaping @Sendable (Level, String) -> Void = { _, _ in },
    hide: @escaping @Sendable (String) -> Void = { _ in },
    stream: @escaping @Sendable (JSON) -> ByteStream? = { _ in nil }
  ) {
    self.loop = loop
    self.files = files
    self.cache = cache
    self.stream = stream
    write = log
    conceal = hide
  }

  /// The folder whose files operations may read and write.
  ///
  /// - Throws: `AdaptorError` with code `.file` when none is allowed.
  public func allowedFiles() throws(AdaptorError) -> FileFolder {
    guard let files else {
      throw AdaptorError(
        .file, "files need a folder that the job may use: run it with --files FOLDER")
    }
    return files
  }

  /// The stream that an argument stands for, which a job has as a stream or, where a parameter allows it, as a
  /// long list; nil for any other.
  public func stream(of argument: JSON) -> ByteStream? {
    argument["number"].isNull ? nil : stream(argument)
  }

  /// The same for an argument that has not been parsed.
  public func stream(of argument: RawJSON) -> ByteStream? {
    // A longer text is no reference.
    guard argument.bytes.count < 100, let value = try? argument.parsed() else { return nil }
    return stream(of: value)
  }

  /// Reports one line. The runner hides the secrets of the configuration in it.
  public func log(_ level: Level, _ message: String) { write(level, message) }

  /// Has a secret that is not part of the configuration replaced in every line and error from now on.
  public func hide(_ secret: String) { conceal(secret) }
}
