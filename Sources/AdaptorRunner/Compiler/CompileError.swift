import AdaptorCore

extension AdaptorError.Code {
  /// Source text that is not a job.
  public static let compile = Self("compile")
}

extension AdaptorError {
  /// The error of a job that does not compile, with the line at fault and a caret under it.
  ///
  /// - Parameters:
  ///   - line: from 1.
  ///   - column: from 0, as acorn counts.
  static func compile(
    _ message: String, line: Int, column: Int, source: [UInt8], name: String
  ) -> AdaptorError {
    let lines = source.split(separator: 0x0A, omittingEmptySubsequences: false)
    let text =
      lines.indices.contains(line - 1) ? String(decoding: lines[line - 1], as: UTF8.self) : ""
    let excerpt = SourceExcerpt(line: line, column: column + 1, text: text)
    return AdaptorError(
      .compile, "\(name): \(message) (\(line):\(column))\n\(excerpt)",
      details: ["line": .int(line), "column": .int(column)])
  }
}
