import AdaptorCore

/// Header fields in their order. Names are compared without case (RFC 9110 §5.1).
public struct HTTPHeaders: Sendable {
  /// A line of a header.
  public struct Field: Sendable, Hashable {
    /// As it was given; in small letters in a response.
    public let name: String
    /// As it was given; without the blanks around it in a response.
    public let value: String

    /// Whether this can be sent (RFC 9110 §5): a name of token characters, a value of Latin-1 text on
    /// one line.
    var isValid: Bool {
      !name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter)
        && value.unicodeScalars.allSatisfy {
          ((0x20...0xFF).contains($0.value) && $0.value != 0x7F) || $0.value == 0x09
        }
    }

    var isContentLength: Bool { name.equalsIgnoringCase("content-length") }
  }

  /// All fields in their order; a repeated name has several.
  public private(set) var fields: [Field] = []

  /// A header without fields.
  public init() {}

  /// The value of the first field of this name, in any case; nil when there is none.
  public subscript(name: String) -> String? {
    fields.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  /// Whether there is a field of this name, in any case.
  public func contains(_ name: String) -> Bool { self[name] != nil }

  /// Adds a field at the end; those of the same name stay. Line ends in it make `HTTPClient.send`
  /// fail.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Removes every field of these names.
  public mutating func remove(_ names: String...) {
    fields.removeAll { field in names.contains { field.name.equalsIgnoringCase($0) } }
  }

  /// Removes every field whose name begins like this.
  public mutating func remove(prefix: String) {
    fields.removeAll { String($0.name.prefix(prefix.count)).equalsIgnoringCase(prefix) }
  }

  /// What is wrong with what the header says of the body's length (RFC 9112 §6.3); nil when nothing is.
  var framingProblem: FramingProblem? {
    let lengths = Set(fields.filter(\.isContentLength).map(\.value))
    guard !lengths.isEmpty, !contains("transfer-encoding") else { return nil }
    if lengths.count > 1 { return .twoLengths }
    return lengths.contains { Int64($0) == nil } ? .invalidLength : nil
  }

  /// See `framingProblem`.
  enum FramingProblem { case twoLengths, invalidLength }

  /// As an object: a repeated field is an array.
  public var json: JSONObject {
    var object = JSONObject()
    for field in fields {
      let value = JSON.string(field.value)
      switch object[field.name] {
      case nil: object[field.name] = value
      case .array(let values): object[field.name] = .array(values + [value])
      case let first?: object[field.name] = [first, value]
      }
    }
    return object
  }
}

extension String {
  /// Whether two ASCII texts differ in case at most.
  fileprivate func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension UInt8 {
  /// RFC 9110 §5.6.2.
  var isTokenCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }

  var lowercasedASCII: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
