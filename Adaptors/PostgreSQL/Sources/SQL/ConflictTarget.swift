import AdaptorCore

/// What `ON CONFLICT` names: columns, expressions of an index, or a constraint.
///
/// PostgreSQL manual, INSERT, "conflict_target".
struct ConflictTarget: Sendable {
  /// As the job wrote it, in the form that is recorded.
  let recorded: String
  /// With every name in quotes.
  let quoted: String

  /// - Parameter text: `id`, `a, b`, `(a, b)`, `(a) WHERE b`, `(lower(name))` or `ON CONSTRAINT x`.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for anything else.
  init(_ text: String) throws(AdaptorError) {
    let target = text.trimmed
    guard !target.isEmpty else {
      throw AdaptorError(
        .invalidArgument, "the conflict target is empty; name a column, columns or a constraint")
    }
    if let constraint = Self.constraint(target) {
      recorded = target
      quoted = "ON CONSTRAINT \(Identifier(constraint).quoted)"
    } else {
      let (list, condition) = Self.split(target)
      recorded = target.begins(with: "(") ? target : "(\(target))"
      quoted = try Self.columns(list) + Self.condition(condition)
    }
  }

  /// The name after `ON CONSTRAINT`.
  private static func constraint(_ text: String) -> String? {
    let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
    guard words.count == 3, words[0].uppercased() == "ON", words[1].uppercased() == "CONSTRAINT"
    else { return nil }
    return String(words[2]).trimmed
  }

  /// The list inside its parentheses, if it has some, and what follows them.
  private static func split(_ text: String) -> (list: String, rest: String) {
    guard text.begins(with: "(") else { return (text, "") }
    var depth = 0
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      if scalars[index] == "(" { depth += 1 }
      if scalars[index] == ")" { depth -= 1 }
      if depth == 0 {
        return (
          String(scalars[scalars.index(after: scalars.startIndex)..<index]),
          String(scalars[scalars.index(after: index)...]).trimmed
        )
      }
    }
    return (text, "")
  }

  private static func columns(_ list: String) throws(AdaptorError) -> String {
    var columns: [String] = []
    for element in list.split(at: ",", outside: .quotesAndParentheses).map(\.trimmed) {
      let isName =
        !hasOperatorClass(element)
        && (Identifier.isPlain(element) || element.begins(with: "\"")
          || !element.unicodeScalars.contains { ["(", "\"", ":"].contains($0) })
      columns.append(
        isName ? Identifier(element).quoted : try SQLFragment(element, "a conflict target").text)
    }
    return "(\(columns.joined(separator: ", ")))"
  }

  /// Whether this is `name text_pattern_ops`, and no name with a space.
  private static func hasOperatorClass(_ element: String) -> Bool {
    let words = element.split(whereSeparator: \.isWhitespace)
    return words.count == 2 && words[1].hasSuffix("_ops")
  }

  private static func condition(_ text: String) throws(AdaptorError) -> String {
    if text.isEmpty { return "" }
    guard text.prefix(5).uppercased() == "WHERE" else {
      throw AdaptorError(.invalidArgument, "'\(text)' is unexpected after a conflict target")
    }
    return " \(try SQLFragment(text, "the condition of a conflict target").text)"
  }
}
