import AdaptorCore

/// `util.format`: a pattern with `%I` for names, `%L` for literals, `%s` for text as it is and
/// `%%`.
///
/// `%2$L` takes the second value; the next specifier goes on after it.
enum Format {
  /// - Throws: `AdaptorError` with code `.invalidArgument` when the values do not fit the pattern.
  static func format(_ pattern: String, _ values: [JSON]) throws(AdaptorError) -> String {
    var output = String.UnicodeScalarView()
    var rest = pattern.unicodeScalars[...]
    var next = 0
    while let percent = rest.firstIndex(of: "%") {
      output += rest[..<percent]
      rest = rest[percent...].dropFirst()
      guard let specifier = Specifier(&rest), specifier.kind != "%" else {
        output.append("%")
        continue
      }
      if let position = specifier.position { next = position - 1 }
      output += try text(specifier.kind, try value(at: next, of: values)).unicodeScalars
      next += 1
    }
    return String(output + rest)
  }

  /// A name, in double quotes where it needs them; an array is a list of names.
  static func identifier(_ value: JSON) throws(AdaptorError) -> String {
    guard case .array(let elements) = value else { return try name(value) }
    var names: [String] = []
    for element in elements {
      if case .array = element {
        throw invalid(
          "Nested array to grouped list conversion is not supported for SQL identifier")
      }
      names.append(try name(element))
    }
    return names.joined(separator: ",")
  }

  /// A value as `%s` writes it: without quotes, nothing for null.
  static func string(_ value: JSON) -> String {
    switch value {
    case .null: return ""
    case .bool(let value): return value ? "t" : "f"
    case .string(let text): return text
    case .array(let elements):
      return elements.enumerated().filter { $0.element != .null }.map { index, element in
        guard case .array(let row) = element else { return string(element) }
        return "\(index == 0 ? "" : " ")(\(row.map(string).joined(separator: ", ")))"
      }.joined(separator: ",")
    default:
      return value.bufferBytes.map { "\\x\($0.hexadecimal)" } ?? value.text()
    }
  }

  private static func name(_ value: JSON) throws(AdaptorError) -> String {
    switch value {
    case .null: throw invalid("SQL identifier cannot be null or undefined")
    case .bool(let value): return value ? "\"t\"" : "\"f\""
    case .object: throw invalid("SQL identifier cannot be an object")
    case .string(let text): return ReservedWords.needsQuotes(text) ? quoted(text) : text
    default: return quoted(value.text())
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing(scalar: "\"", with: "\"\""))\""
  }

  private static func text(_ kind: Unicode.Scalar, _ value: JSON) throws(AdaptorError) -> String {
    switch kind {
    case "I": try identifier(value)
    case "L": Literal.of(value)
    default: string(value)
    }
  }

  private static func value(at index: Int, of values: [JSON]) throws(AdaptorError) -> JSON {
    guard index >= 0 else { throw invalid("specified argument 0 but arguments start at 1") }
    guard index < values.count else { throw invalid("too few arguments") }
    return values[index]
  }

  private static func invalid(_ message: String) -> AdaptorError {
    AdaptorError(.invalidArgument, message)
  }

  /// What stands after a percent sign.
  private struct Specifier {
    var kind: Unicode.Scalar
    var position: Int?

    /// Takes the specifier from the beginning of `text`; nil when there is none.
    init?(_ text: inout Substring.UnicodeScalarView) {
      let digits = text.prefix { ("0"..."9").contains($0) }
      var rest = text.dropFirst(digits.count)
      if !digits.isEmpty {
        guard rest.popFirst() == "$", let number = Int(String(digits)) else { return nil }
        position = number
      }
      guard let last = rest.popFirst(),
        ["I", "L", "s"].contains(last) || (last == "%" && digits.isEmpty)
      else { return nil }
      kind = last
      text = rest
    }
  }
}
