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
      let rest = hidden(detail)
      details["detail"] = .string(shown(hidesMessage ? withoutQuotations(rest) : rest))
    }
    if let context = details["where"]?.string {
      details["where"] = .string(shown(shortened(context)))
    }
    // The text of a function's statement, with the values in it.
    details["internalQuery"] = nil
    return AdaptorError(
      error.code, shown(isAboutValue ? withoutQuotations(error.message) : error.message),
      details: details, underlying: error.underlying)
  }

  /// Data exceptions, but for those whose messages quote an encoding or a column.
  private static func isAboutValue(_ state: String?) -> Bool {
    let others: Set = [
      SQLState.characterNotInRepertoire.rawValue, SQLState.badCopyFileFormat.rawValue,
    ]
    return state.map { $0.hasPrefix("22") && !others.contains($0) } ?? false
  }

  /// `Key (id)=(…)`, `Failing row contains (…)`.
  private static func hidden(_ detail: String) -> String {
    for opening in [")=(", " contains ("] {
      guard let start = detail.firstRange(of: opening)?.upperBound,
        let end = detail.lastIndex(of: ")"), start <= end
      else { continue }
      return detail[..<start] + mark + detail[end...]
    }
    return detail
  }

  /// Each line up to what it quotes.
  private static func shortened(_ context: String) -> String {
    context.split(separator: "\n").map { line -> Substring in
      let quoting = line.hasPrefix("JSON data") ? [": "] : [": \"", " \"", " = '"]
      let ends = quoting.compactMap { line.firstRange(of: $0)?.lowerBound }
      return line[..<(ends.min() ?? line.endIndex)]
    }.joined(separator: "\n")
  }

  /// With the mark in place of everything between quotes.
  private static func withoutQuotations(_ message: String) -> String {
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count > 2 else { return message }
    // A value may have quotes of its own.
    return "\(parts[0])\"\(mark)\"\(parts[parts.count - 1])"
  }
}
