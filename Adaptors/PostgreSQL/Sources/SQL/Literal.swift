import AdaptorCore

/// Values as SQL text, in the form that OpenFn's jobs see: recorded statements and `util.format`.
enum Literal {
  /// `text` in single quotes (PostgreSQL manual, 4.1.2.1 and 4.1.2.2).
  static func quote(_ text: String) -> String {
    let doubled = text.replacing(scalar: "'", with: "''")
    guard doubled.utf8.contains(UInt8(ascii: "\\")) else { return "'\(doubled)'" }
    return "E'\(doubled.replacing(scalar: "\\", with: "\\\\"))'"
  }

  /// Any value: `NULL`, `'text'`, `'{"a":1}'::jsonb`; an array is a list of literals.
  static func of(_ value: JSON) -> String {
    switch value {
    case .null: "NULL"
    case .bool(let value): value ? "'t'" : "'f'"
    case .int, .double, .number: "'\(value.text())'"
    case .string(let text): quote(text)
    case .array(let elements): list(elements, separator: ",")
    case .object:
      if let bytes = value.bufferBytes {
        "E'\\\\x\(bytes.hexadecimal)'"
      } else {
        "\(quote(value.text()))::jsonb"
      }
    }
  }

  /// Literals in a row; an array among them is a row of its own in parentheses, and one inside of that is not.
  static func list(_ elements: [JSON], separator: String) -> String {
    var text = ""
    for (index, element) in elements.enumerated() {
      if case .array(let row) = element {
        text += (index == 0 ? "(" : ", (") + row.map(of).joined(separator: ", ") + ")"
      } else {
        text += (index == 0 ? "" : separator) + of(element)
      }
    }
    return text
  }
}

extension [UInt8] {
  /// Two digits a byte, in lower case.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
