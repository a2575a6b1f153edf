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
  ///   - column: from 0 and in UTF-16 units, as acorn counts.
  static func compile(
    _ message: String, line: Int, column: Int, source: [UInt8], name: String
  ) -> AdaptorError {
    let text = JobSource.line(line, of: source) ?? ""
    let before = String(decoding: text.utf16.prefix(column), as: UTF16.self)
    let excerpt = SourceExcerpt(line: line, column: before.count + 1, text: text)
    return AdaptorError(
      .compile, "\(name): \(message) (\(line):\(column))\n\(excerpt)",
      details: ["line": .int(line), "column": .int(column)])
  }
}
