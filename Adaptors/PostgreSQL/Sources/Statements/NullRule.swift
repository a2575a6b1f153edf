import AdaptorCore

/// The values that are stored as NULL: the option `setNull`.
///
/// A value is compared as a whole, with and without the quotes it would have in SQL. So `"''"`
/// stands for an empty text and leaves `O'Brien` alone.
struct NullRule: Sendable {
  /// The text `undefined` becomes NULL.
  static let standard = NullRule(["undefined"])

  /// The values in UTF-8.
  private let values: [[UInt8]]
  /// A bit for each length of a value, modulo 64: most texts need no comparing.
  private let lengths: UInt64

  private init(_ options: [String]) {
    values = options.flatMap { [$0, Self.unquoted($0)].compactMap { $0.map { Array($0.utf8) } } }
      .filter { $0 != [] || options.contains("''") }
    lengths = values.reduce(0) { $0 | 1 << UInt64($1.count & 63) }
  }

  /// - Parameter option: a string, an array of strings, `false` for none, or nothing for the
  ///   standard.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for anything else.
  init(option: JSON) throws(AdaptorError) {
    switch option {
    case .null, "": self = .standard
    case .bool(false): self.init([])
    case .string(let text): self.init([text])
    case .array(let elements) where elements.allSatisfy { $0.string != nil }:
      self.init(elements.compactMap(\.string))
    default:
      throw AdaptorError(.invalidArgument, "setNull must be a string or an array of strings.")
    }
  }

  /// Whether a value with this text is stored as NULL.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    lengths & 1 << UInt64(text.count & 63) != 0 && values.contains { text.elementsEqual($0) }
  }

  /// The value whose literal `text` is.
  private static func unquoted(_ text: String) -> String? {
    var body = text.unicodeScalars[...]
    let isEscaped = body.first == "E"
    if isEscaped { body.removeFirst() }
    guard body.count >= 2, body.first == "'", body.last == "'" else { return nil }
    // Two quotes are one, and two backslashes after E.
    var value = String.UnicodeScalarView()
    var half: Unicode.Scalar?
    for scalar in body.dropFirst().dropLast() {
      let isPaired = scalar == "'" || scalar == "\\" && isEscaped
      if isPaired, half == nil {
        half = scalar
      } else {
        value.append(scalar)
        half = nil
      }
    }
    let result = String(value)
    return Literal.quote(result).utf8.elementsEqual(text.utf8) ? result : nil
  }
}
