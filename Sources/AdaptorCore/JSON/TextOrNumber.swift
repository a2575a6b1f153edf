/// Text that a job may also give as a number: `42` and `"42"` are the same.
package struct TextOrNumber: RawRepresentable, Decodable, Sendable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// - Throws: `DecodingError` for anything else.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let text = try container.decode(JSON.self).textOfScalar else {
      // Reports what was expected, in the words of every other text.
      rawValue = try container.decode(String.self)
      return
    }
    rawValue = text
  }
}

extension JSON {
  /// The characters of a text or a number; nil for other values.
  package var textOfScalar: String? {
    switch self {
    case .string(let text): text
    case .int, .double, .number: text()
    default: nil
    }
  }
}

extension KeyedDecodingContainer {
  /// The characters of a member that may be a text or a number; nil when it is absent or null.
  ///
  /// - Throws: `DecodingError` for anything else.
  package func decodeTextIfPresent(forKey key: Key) throws -> String? {
    try decodeIfPresent(TextOrNumber.self, forKey: key)?.rawValue
  }
}
