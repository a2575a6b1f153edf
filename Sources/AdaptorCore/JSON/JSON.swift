/// A JSON value (RFC 8259) that keeps what the text said: the order of object members, and numbers
/// to their last digit.
///
/// A number is `.int` when it fits 64 bits, `.double` when a `Double` prints back as the same text,
/// and otherwise `.number` with the text itself (`12345678901234567890`, `1.50`, `1e400`).
public enum JSON: Sendable, Hashable {
  /// `null`: a value that is known to be none.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// An integer that fits 64 bits, other than `-0`.
  case int(Int)
  /// A number that prints back as it was written.
  case double(Double)
  /// A number's own text, for what neither `Int` nor `Double` holds exactly.
  case number(String)
  /// Text, with its escapes resolved; a lone surrogate is U+FFFD.
  case string(String)
  /// Values in their order.
  case array([JSON])
  /// Members in the order in which they were written.
  case object(JSONObject)
}

extension JSON {
  /// The member `key` of an object; `.null` for a missing member and for anything but an object.
  public subscript(key: String) -> JSON {
    get { object?[key] ?? .null }
    set {
      var members = object ?? JSONObject()
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element at `index` of an array; `.null` beyond its end and for anything but an array.
  public subscript(index: Int) -> JSON {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
    return elements[index]
  }

  /// The elements of an array; empty for any other value.
  public var elements: [JSON] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The members of an object, or nil.
  public var object: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The text of a string, or nil.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of a boolean, or nil.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The number if it is an integer that fits 64 bits, or nil.
  public var int: Int? {
    switch self {
    case .int(let value): value
    case .double(let value): Int(exactly: value)
    case .number(let text): Self.integer(text)
    default: nil
    }
  }

  /// The value of a number's text, unless it has a fraction or does not fit; digits that a `Double`
  /// would drop count.
  private static func integer(_ text: String) -> Int? {
    let parts = text.split(whereSeparator: { "eE".contains($0) })
    let mantissa = (parts.first ?? "").split(separator: ".")
    var digits = mantissa.joined()
    var exponent = parts.count > 1 ? Int32(parts[1]).map(Int.init) : 0
    if mantissa.count > 1 { exponent? -= mantissa[1].count }
    while digits.last == "0" {
      digits.removeLast()
      exponent? += 1
    }
    if !digits.contains(where: \.isNumber) { return 0 }
    guard let exponent, (0..<20).contains(exponent) else { return nil }
    return Int(digits + String(repeating: "0", count: exponent))
  }

  /// The number as the nearest `Double`, or nil for anything but a number.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .number(let text): Double(text)
    default: nil
    }
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// JSON's word for the type of this value. Messages name the type and never the value, which may
  /// be secret.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .int, .double, .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

// No `nil` literal: in a place of type `JSON?` it would silently mean `.null`.
extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Lets `true` and `false` stand for JSON booleans.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Lets an integer literal stand for a JSON number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// Lets a literal with a fraction or exponent stand for a JSON number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Lets a string literal stand for a JSON string. It is not parsed.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Lets an array literal stand for a JSON array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Lets a dictionary literal stand for a JSON object, in the order of its members.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}

extension JSON: CustomStringConvertible {
  /// Compact JSON text.
  public var description: String { text() }
}
