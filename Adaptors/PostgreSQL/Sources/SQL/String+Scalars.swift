// SQL is read scalar by scalar, and so must it be written: Swift takes a quote and a combining accent after it for
// one character that is no quote.

extension String {
  /// This text with `other` in the place of every `scalar`.
  func replacing(scalar: Unicode.Scalar, with other: String) -> String {
    guard unicodeScalars.contains(scalar) else { return self }
    var text = String.UnicodeScalarView()
    for next in unicodeScalars {
      if next == scalar {
        text.append(contentsOf: other.unicodeScalars)
      } else {
        text.append(next)
      }
    }
    return String(text)
  }

  /// The pieces between separators that are outside of quotes, or of parentheses as well.
  func split(at separator: Unicode.Scalar, outside nesting: SQLNesting.Kind) -> [String] {
    var pieces = [String.UnicodeScalarView()]
    var state = SQLNesting(kind: nesting)
    for scalar in unicodeScalars {
      state.take(scalar)
      if scalar == separator, state.isOutside {
        pieces.append(String.UnicodeScalarView())
      } else {
        pieces[pieces.count - 1].append(scalar)
      }
    }
    return pieces.map { String($0) }
  }

  /// Whether the first scalar is this one.
  func begins(with scalar: Unicode.Scalar) -> Bool { unicodeScalars.first == scalar }

  /// This text without what is white space to SQL at its ends; beyond ASCII everything is part of a name.
  var withoutSQLBlanks: String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) && $0 != 0x0B }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }),
      let last = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }

  /// Without semicolons and white space at the end, where a query is a part of another statement.
  var withoutFinalSemicolon: String {
    let scalars = unicodeScalars
    let last = scalars.lastIndex { !$0.properties.isWhitespace && $0 != ";" }
    return String(scalars[..<(last.map(scalars.index(after:)) ?? scalars.startIndex)])
  }

  /// This text without white space at its ends.
  var trimmed: String {
    var scalars = Substring.UnicodeScalarView(unicodeScalars[...])
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(scalars)
  }
}

/// Where a scanner of SQL text is: inside of quotes or parentheses, or outside.
struct SQLNesting {
  enum Kind { case quotes, quotesAndParentheses }

  let kind: Kind
  private var depth = 0
  private var isQuoted = false

  init(kind: Kind) { self.kind = kind }

  var isOutside: Bool { depth == 0 && !isQuoted }

  mutating func take(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": isQuoted.toggle()
    case "(" where !isQuoted && kind == .quotesAndParentheses: depth += 1
    case ")" where !isQuoted && kind == .quotesAndParentheses: depth -= 1
    default: break
    }
  }
}
