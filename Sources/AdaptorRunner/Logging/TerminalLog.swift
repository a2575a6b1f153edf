import AdaptorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes lines to standard output, as text (`[JOB] ℹ hello`) or as JSON, one object a line.
///
/// As in OpenFn, every level goes to standard output.
public struct TerminalLog: Sendable {
  /// Which lines are shown.
  public let policy: LogPolicy
  /// Whether a line is a JSON object with `level`, `name`, `message` and `time` (ns since 1970).
  public let isJSON: Bool

  /// A log of this process, with OpenFn's levels and as text unless asked otherwise.
  public init(policy: LogPolicy = LogPolicy(), isJSON: Bool = false) {
    self.policy = policy
    self.isJSON = isJSON
  }

  /// Shows an event of a run.
  public func receive(_ event: RunEvent) {
    switch event {
    case .stepStarted(_, let name): write(LogLine(.runtime, .info, "Starting step \(name)"))
    case .stepCompleted(_, let name, let duration):
      write(LogLine(.runtime, .success, "\(name) completed in \(duration.text)"))
    case .stepFailed(let id, let name, let error, let duration):
      for line in Self.lines(id: id, name: name, error: error, duration: duration) { write(line) }
    case .log(let line): write(line)
    }
  }

  /// Shows a line if the policy does. A reader that is gone does not stop the run.
  public func write(_ line: LogLine) {
    if policy.shows(line) { Self.print(text(line)) }
  }

  /// Writes a line that must not be lost.
  ///
  /// - Throws: `AdaptorError` with code `.file` when standard output takes no more.
  func writeResult(_ line: LogLine) throws(AdaptorError) { try Self.printResult(text(line)) }

  static func printResult(_ text: String) throws(AdaptorError) {
    guard print(text) else {
      let reason = String(cString: strerror(errno))
      throw AdaptorError(.file, "standard output cannot be written: \(reason)")
    }
  }

  private func text(_ line: LogLine) -> String {
    isJSON
      ? Self.json(line).text() : "[\(line.component.rawValue)] \(line.level.icon) \(line.text)"
  }

  /// Writes text and a line end. A reader that is gone does not stop the run.
  ///
  /// - Returns: whether all of it was written.
  @discardableResult static func print(_ text: String) -> Bool {
    var bytes = Array(text.utf8)
    bytes.append(0x0A)
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Self.systemWrite($0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      if count < 0, errno != EINTR { return false }
      offset += max(count, 0)
    }
    return true
  }

  private static func systemWrite(_ start: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      Darwin.write(STDOUT_FILENO, start, count)
    #elseif canImport(Musl)
      Musl.write(STDOUT_FILENO, start, count)
    #else
      Glibc.write(STDOUT_FILENO, start, count)
    #endif
  }

  private static func json(_ line: LogLine) -> JSON {
    [
      "level": .string(line.level.rawValue), "name": .string(line.component.rawValue),
      "message": line.arguments ?? [.string(line.text)], "time": .string("\(nanoseconds())"),
    ]
  }

  private static func nanoseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec)
  }

  // MARK: A failed step

  private static func lines(
    id: String, name: String, error: JSON, duration: Duration
  ) -> [LogLine] {
    var texts = ["\(name) aborted with error (\(duration.text))"]
    if error["severity"] != "fail" { texts.append("CRITICAL ERROR! Aborting execution") }
    texts += place(of: error)
    if let details = error["details"].object, !details.isEmpty {
      texts.append("Additional error details:\n\(error["details"].text(.indented))")
    }
    if error["severity"] == "fail" { texts.append("Check state.errors.\(id) for details") }
    return texts.map { LogLine(.runtime, .error, $0) }
  }

  /// The message, and where in the job it came from.
  private static func place(of error: JSON) -> [String] {
    let message = error["message"].string ?? ""
    if let operation = error["operationName"].string, let line = error["line"].int {
      return ["Error reported by \"\(operation)()\" operation line \(line):", message]
    }
    let frames = error["stack"].elements.compactMap(\.string)
    var texts = [([message] + frames).joined(separator: "\n")]
    if let line = error["pos"]["line"].int, let column = error["pos"]["column"].int,
      let source = error["pos"]["src"].string
    {
      texts.append("Error occurred at: \(error["step"].string ?? "")")
      texts.append("\(SourceExcerpt(line: line, column: column, text: source))")
    }
    return texts
  }
}
