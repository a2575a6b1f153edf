/// The name of a column, table, schema or constraint, safe to write into a statement.
///
/// PostgreSQL manual, 4.1.1: an unquoted name is folded to lower case, a quoted one is kept.
struct Identifier: Hashable, Sendable {
  /// The name as the server stores it.
  let name: String

  /// A name as a statement would spell it: a plain word is folded, `"Quoted"` loses its quotes,
  /// anything else is kept as it is.
  init(_ text: String) {
    name = Self.isPlain(text) ? text.lowercasedASCII : Self.unquoted(text) ?? text
  }

  /// A name as the server stores it, in upper and lower case; `"Quoted"` loses its quotes.
  init(exact text: String) { name = Self.unquoted(text) ?? text }

  /// The name in double quotes.
  var quoted: String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  /// Whether `text` needs no quotes: letters, digits, `_`, `$`, not beginning with a digit or `$`.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "$") }
  }

  /// Bytes beyond ASCII count as letters.
  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// What stands between the quotes of a quoted name, or nil when `text` is none.
  private static func unquoted(_ text: String) -> String? {
    guard text.utf8.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
    let pieces = text.dropFirst().dropLast().split(
      separator: "\"\"", omittingEmptySubsequences: false)
    return pieces.contains { $0.contains("\"") } ? nil : pieces.joined(separator: "\"")
  }
}

extension String {
  /// This text with A to Z in lower case, as PostgreSQL folds names; other letters stay.
  var lowercasedASCII: String {
    String(
      decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
      as: UTF8.self)
  }
}
