/// The name of a column, table, schema or constraint, safe to write into a statement.
///
/// PostgreSQL manual, 4.1.1: an unquoted name is folded to lower case, a quoted one is kept.
struct Identifier: Hashable, Sendable {
  /// The name as the server stores it.
  let name: String

  /// Byte for byte, as the server compares names.
  static func == (left: Identifier, right: Identifier) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8)
  }

  func hash(into hasher: inout Hasher) { for byte in name.utf8 { hasher.combine(byte) } }

  /// A name as a statement would spell it: white space around it does not count, a plain word is folded, `"Quoted"`
  /// loses its quotes, anything else is kept as it is.
  init(_ text: String) {
    let inner = text.withoutSQLBlanks
    let text = inner.isEmpty ? text : inner
    name = Self.cut(Self.isPlain(text) ? text.lowercasedASCII : Self.unquoted(text) ?? text)
  }

  /// A name as the server stores it, in upper and lower case; `"Quoted"` loses its quotes.
  init(exact text: String) { name = Self.cut(Self.unquoted(text) ?? text) }

  /// The server cuts names at 63 bytes, between characters (`NAMEDATALEN`).
  private static func cut(_ name: String) -> String {
    guard name.utf8.count > 63 else { return name }
    var end = name.utf8.index(name.utf8.startIndex, offsetBy: 63)
    while name.utf8[end] & 0xC0 == 0x80 { end = name.utf8.index(before: end) }
    return String(name[..<end])
  }

  /// A name as the server gives it.
  init(stored name: String) { self.name = name }

  /// The name in double quotes.
  var quoted: String { "\"\(name.replacing(scalar: "\"", with: "\"\""))\"" }

  /// Whether `text` needs no quotes: letters, digits, `_`, `$`, not beginning with a digit or `$`.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || $0.isDigit || $0 == UInt8(ascii: "$") }
  }

  /// Bytes beyond ASCII count as letters.
  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }

  /// What stands between the quotes of a quoted name, or nil when `text` is none.
  private static func unquoted(_ text: String) -> String? {
    let quote: Unicode.Scalar = "\""
    let scalars = text.unicodeScalars
    guard scalars.count > 2, scalars.first == quote, scalars.last == quote else { return nil }
    var name = String.UnicodeScalarView()
    var isHalf = false
    for scalar in scalars.dropFirst().dropLast() {
      if isHalf, scalar != quote { return nil }
      isHalf = scalar == quote && !isHalf
      if !isHalf { name.append(scalar) }
    }
    return isHalf ? nil : String(name)
  }
}

extension [Identifier] {
  /// The names in double quotes, with commas between them.
  var quotedList: String { map(\.quoted).joined(separator: ", ") }
}

extension String {
  /// This text with A to Z in lower case, as PostgreSQL folds names; other letters stay.
  var lowercasedASCII: String {
    String(
      decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
      as: UTF8.self)
  }
}
