extension JSON {
  /// Parses one JSON document (RFC 8259) from UTF-8 text.
  ///
  /// - Throws: `AdaptorError` with code `.malformedJSON` whose details carry `line`, `column` (both
  ///   from 1) and `offset` (bytes from 0).
  public init(parsing bytes: [UInt8]) throws(AdaptorError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(AdaptorError) in
      var parser = JSONParser(bytes: buffer)
      return try parser.document()
    }
  }

  /// Parses one JSON document (RFC 8259) from a string.
  ///
  /// - Throws: as the initialiser for bytes: `.malformedJSON` with the place.
  public init(parsing text: String) throws(AdaptorError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// A recursive-descent parser over UTF-8 bytes.
struct JSONParser {
  /// Deeper documents are refused, so that hostile input cannot exhaust the stack.
  static let depthLimit = 2000
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  let bytes: UnsafeBufferPointer<UInt8>
  /// Where the text begins, after a byte order mark.
  private let start: Int
  private var index: Int
  private var depth = 0

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    index = start
  }

  mutating func document() throws(AdaptorError) -> JSON {
    let value = try value()
    skipWhitespace()
    guard index == bytes.count else { throw unexpected("the end of the document") }
    return value
  }

  private mutating func value() throws(AdaptorError) -> JSON {
    skipWhitespace()
    switch peek {
    case UInt8(ascii: "{"):
      return try nested { (parser) throws(AdaptorError) in try parser.object() }
    case UInt8(ascii: "["):
      return try nested { (parser) throws(AdaptorError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte):
      return try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(AdaptorError) -> JSON
  ) throws(AdaptorError) -> JSON {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw error("nested deeper than \(Self.depthLimit) levels")
    }
    index += 1
    return try body(&self)
  }

  private mutating func object() throws(AdaptorError) -> JSON {
    var members = JSONObject()
    skipWhitespace()
    if take("}") { return .object(members) }
    repeat {
      skipWhitespace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a member name in quotes") }
      let key = try string()
      skipWhitespace()
      guard take(":") else { throw unexpected("':' after a member name") }
      members[key] = try value()
      skipWhitespace()
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
    return .object(members)
  }

  private mutating func array() throws(AdaptorError) -> JSON {
    var elements: [JSON] = []
    skipWhitespace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value())
      skipWhitespace()
    } while take(",")
    guard take("]") else { throw unexpected("',' or ']'") }
    return .array(elements)
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(AdaptorError) -> JSON {
    let length = text.utf8CodeUnitCount
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: length)
    guard index + length <= bytes.count, bytes[index..<index + length].elementsEqual(expected)
    else {
      throw unexpected("'\(text)'")
    }
    index += length
    return value
  }

  private mutating func number() throws(AdaptorError) -> JSON {
    let start = index
    _ = take("-")
    let isZero = take("0")
    if !isZero {
      guard skipDigits() else { throw unexpected("a digit") }
    }
    var isInteger = true
    if take(".") {
      isInteger = false
      guard skipDigits() else { throw unexpected("a digit after the decimal point") }
    }
    if take("e") || take("E") {
      isInteger = false
      _ = take("+") || take("-")
      guard skipDigits() else { throw unexpected("a digit in the exponent") }
    }
    return Self.number(text(start..<index), isInteger: isInteger)
  }

  private static func number(_ text: String, isInteger: Bool) -> JSON {
    if isInteger, let value = Int(text), text != "-0" { return .int(value) }
    if !isInteger, let value = Double(text), value.isFinite, "\(value)" == text {
      return .double(value)
    }
    return .number(text)
  }

  // MARK: Strings

  private mutating func string() throws(AdaptorError) -> String {
    index += 1
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        defer { index += 1 }
        return text(start..<index)
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw error("a control character inside a string must be escaped")
      default: index += 1
      }
    }
    throw error("a string is not closed")
  }

  /// The rest of a string that needs unescaping; most strings never get here.
  private mutating func escapedString(from start: Int) throws(AdaptorError) -> String {
    var units = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"):
        index += 1
        try unescape(into: &units)
      case 0..<0x20: throw error("a control character inside a string must be escaped")
      default:
        units.append(byte)
        index += 1
      }
    }
    throw error("a string is not closed")
  }

  private mutating func unescape(into units: inout [UInt8]) throws(AdaptorError) {
    let escape = peek
    index += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape ?? 0)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"): units.append(contentsOf: String(try unicodeEscape()).utf8)
    default:
      index -= 1
      throw unexpected("one of \" \\ / b f n r t u after a backslash")
    }
  }

  /// A `\u` escape, or two that form a surrogate pair. A lone surrogate becomes U+FFFD.
  private mutating func unicodeEscape() throws(AdaptorError) -> Character {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    let isPair =
      first < 0xDC00 && index + 1 < bytes.count
      && bytes[index] == UInt8(ascii: "\\") && bytes[index + 1] == UInt8(ascii: "u")
    guard isPair else { return "\u{FFFD}" }
    let second = index
    index += 2
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low) else {
      index = second
      return "\u{FFFD}"
    }
    let scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
    return Unicode.Scalar(scalar).map(Character.init) ?? "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(AdaptorError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit = peek.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }
      guard let digit else { throw unexpected("four hexadecimal digits after \\u") }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }

  // MARK: Bytes

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipDigits() -> Bool {
    let start = index
    while index < bytes.count, Self.digits.contains(bytes[index]) { index += 1 }
    return index > start
  }

  private mutating func skipWhitespace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  // MARK: Errors

  private func unexpected(_ expected: String) -> AdaptorError {
    let rest = bytes[index..<min(index + 4, bytes.count)]
    guard let found = String(decoding: rest, as: UTF8.self).unicodeScalars.first else {
      return error("expected \(expected), found the end of the text")
    }
    let shown = found == "\"" ? "\"" : found.escaped(asASCII: false)
    return error("expected \(expected), found '\(shown)'")
  }

  private func error(_ message: String) -> AdaptorError {
    let before = bytes[..<min(index, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? start
    let column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
    return AdaptorError(
      .malformedJSON, "\(message) (line \(line), column \(column))",
      details: ["line": .int(line), "column": .int(column), "offset": .int(index)])
  }
}
