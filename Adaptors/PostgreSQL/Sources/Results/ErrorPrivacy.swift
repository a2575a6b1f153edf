import AdaptorCore

/// Takes the values of rows and parameters out of what the server says of an error.
///
/// PostgreSQL quotes them in the detail (`Key (id)=(7) already exists.`), in the context
/// (`COPY people, line 3, column age: "x"`) and, for values that a type does not take, in the message.
enum ErrorPrivacy {
  private static let mark = "[--REDACTED--]"

  /// - Parameters:
  ///   - hidesMessage: whether values come from parameters; else the message quotes the job's own SQL.
  ///   - values: those of the parameters, as far as they are known.
  static func hidingValues(
    of error: AdaptorError, hidesMessage: Bool, values: [String] = []
  ) -> AdaptorError {
    guard error.code == .database else { return error }
    let isAboutValue = hidesMessage && isAboutValue(error.details["code"]?.string)
    func shown(_ text: String) -> String { Redactor.masking(values, in: text, as: mark) }
    var details = error.details
    if let detail = details["detail"]?.string {
      details["detail"] = .string(isAboutValue ? mark : shown(hidden(detail)))
    }
    if let hint = details["hint"]?.string { details["hint"] = .string(shown(hint)) }
    if let context = details["where"]?.string {
      details["where"] = .string(shown(shortened(context)))
    }
    // The text of a function's statement, with the values in it.
    details["internalQuery"] = nil
    return AdaptorError(
      error.code, shown(isAboutValue ? withoutQuotations(error.message) : error.message),
      details: details, underlying: error.underlying)
  }

  /// Data exceptions, but for those whose messages quote an encoding or a column; and syntax errors, which the SQL of
  /// this side has none of.
  private static func isAboutValue(_ state: String?) -> Bool {
    let others: Set = [
      SQLState.characterNotInRepertoire.rawValue, SQLState.badCopyFileFormat.rawValue,
      SQLState.untranslatableCharacter.rawValue,
    ]
    return state.map { ($0.hasPrefix("22") && !others.contains($0)) || $0 == "42601" } ?? false
  }

  // Searched byte by byte: to Swift a bracket or quote is another character when an accent follows it.

  /// `Key (id)=(…)`, `Failing row contains (…)`.
  private static func hidden(_ detail: String) -> String {
    let bytes = Array(detail.utf8)
    for opening in [")=(", " contains ("] {
      guard let start = bytes.end(of: opening), let end = bytes.lastIndex(of: UInt8(ascii: ")")),
        start <= end
      else { continue }
      return text(bytes[..<start]) + mark + text(bytes[end...])
    }
    return detail
  }

  /// How lines begin that are the server's own, and not the rest of a value with several lines.
  private static let beginnings = [
    "COPY ", "SQL ", "PL/pgSQL ", "JSON data", "unnamed portal", "portal ", "while ", "automatic ",
  ]

  /// Each line up to what it quotes.
  private static func shortened(_ context: String) -> String {
    let lines = context.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init)
    return lines.filter { line in
      line == lines[0] || beginnings.contains { line.starts(with: $0.utf8) }
    }.map { bytes -> String in
      let quoting = bytes.starts(with: "JSON data".utf8) ? [":"] : [": \"", " \"", " = '"]
      let ends = quoting.compactMap { opening in
        bytes.end(of: opening).map { $0 - opening.utf8.count }
      }
      return text(bytes[..<(ends.min() ?? bytes.count)])
    }.joined(separator: "\n")
  }

  /// With the mark in place of everything between quotes. A value may have quotes of its own.
  private static func withoutQuotations(_ message: String) -> String {
    let bytes = Array(message.utf8)
    let quote = UInt8(ascii: "\"")
    guard let first = bytes.firstIndex(of: quote), let last = bytes.lastIndex(of: quote),
      first < last
    else { return message }
    return text(bytes[...first]) + mark + text(bytes[last...])
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Where the first occurrence of a text ends.
  fileprivate func end(of text: String) -> Int? {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return nil }
    return (0...(count - wanted.count)).first { self[$0...].starts(with: wanted) }
      .map { $0 + wanted.count }
  }
}
