/// The name of a table, with its schema if one was given.
struct TableName: Hashable, Sendable {
  /// Schema and table, or the table alone.
  let parts: [Identifier]

  /// A name as a statement would spell it: `people`, `public.people`, `"Public"."People"`.
  init(_ text: String) { parts = Self.split(text).map { Identifier($0) } }

  /// A name that may have words in front of it, such as `IF NOT EXISTS`.
  ///
  /// - Parameter words: those that are allowed, each followed by white space.
  /// - Returns: the words that are there, with a space behind them, and the name.
  static func withWords(_ words: [String], _ text: String) -> (words: String, name: String) {
    let parts = text.split(whereSeparator: \.isWhitespace)
    for allowed in words {
      let count = allowed.split(separator: " ").count
      guard parts.count > count,
        parts.prefix(count).joined(separator: " ").lowercasedASCII == allowed.lowercasedASCII
      else { continue }
      return (allowed + " ", String(text[parts[count].startIndex...]))
    }
    return ("", text)
  }

  /// A name as the server stores it, in upper and lower case.
  init(exact text: String) { parts = Self.split(text).map { Identifier(exact: $0) } }

  /// All parts in double quotes.
  var quoted: String { parts.map(\.quoted).joined(separator: ".") }

  /// The parts between the dots that are not inside double quotes. A text with an empty part is one
  /// name: quoting it makes the server name it in its error.
  private static func split(_ text: String) -> [String] {
    let parts = text.split(at: ".", outside: .quotes)
    return parts.contains("") ? [text] : parts
  }
}
