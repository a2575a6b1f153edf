import AdaptorCore

/// An operator of a condition: characters such as `>=`, or words such as `not like`.
struct ComparisonOperator: Sendable {
  /// In lower case, with single spaces.
  let text: String

  /// - Throws: `AdaptorError` with code `.invalidArgument` for text that is no operator.
  init(_ text: String) throws(AdaptorError) {
    let words = text.lowercasedASCII.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard Self.words.contains(words) || Self.isSymbol(words) else {
      throw AdaptorError(
        .invalidArgument,
        "'\(text)' is not an operator; use one of \(Self.words.joined(separator: ", ")), or "
          + "characters such as = <> < <= > >= ~ ~* @>")
    }
    self.text = words
  }

  /// Whether the right side may be a list in parentheses.
  var takesList: Bool { text == "in" || text == "not in" }

  /// Whether the right side is a word such as NULL or TRUE.
  var takesWord: Bool { text == "is" || text == "is not" }

  private static let words = [
    "like", "not like", "ilike", "not ilike", "similar to", "not similar to", "in", "not in", "is",
    "is not", "is distinct from", "is not distinct from",
  ]

  /// PostgreSQL manual, 4.1.3: the characters of operators; `--` and `/*` begin comments.
  private static func isSymbol(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count < 64 && text.allSatisfy { "+-*/<>=~!@#%^&|`?".contains($0) }
      && !text.contains("--") && !text.contains("/*")
  }
}
