import AdaptorCore

/// A statement whose interpolated values are bound to parameters, so that none of them is read as SQL.
///
/// ```swift
/// let sql: SQL = "select * from \(name: table) where site = \(site) and age > \(18)"
/// // select * from "people" where site = $1 and age > $2
/// ```
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  /// The text, with `$1`, `$2`, … where values go (PostgreSQL manual, 34.3).
  public let text: String
  /// The values in their order.
  public let values: [JSON]

  /// A statement without values.
  public init(stringLiteral text: String) {
    self.text = text
    values = []
  }

  /// What an interpolated literal stands for.
  public init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    values = stringInterpolation.values
  }

  /// Collects text and values.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    fileprivate var values: [JSON] = []

    /// Called by the compiler.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity)
    }

    /// Text of the program's own.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// A value: bound to a parameter; a list becomes a PostgreSQL array, an object JSON.
    public mutating func appendInterpolation(_ value: JSON) {
      values.append(value)
      text += "$\(values.count)"
    }

    /// A text; nil is NULL.
    public mutating func appendInterpolation(_ value: String?) {
      appendInterpolation(value.map(JSON.string) ?? .null)
    }

    /// A number; nil is NULL.
    public mutating func appendInterpolation(_ value: Int?) {
      appendInterpolation(value.map(JSON.int) ?? .null)
    }

    /// A number; nil is NULL.
    public mutating func appendInterpolation(_ value: Double?) {
      appendInterpolation(value.map(JSON.double) ?? .null)
    }

    /// A truth value; nil is NULL.
    public mutating func appendInterpolation(_ value: Bool?) {
      appendInterpolation(value.map(JSON.bool) ?? .null)
    }

    /// The name of a table, perhaps with its schema, or of a column: put in quotes.
    public mutating func appendInterpolation(name: String) { text += TableName(name).quoted }

    /// Text that becomes SQL as it is. Never give it anything that came from outside of the program.
    public mutating func appendInterpolation(unsafeText text: String) { self.text += text }
  }

  func statement() throws(AdaptorError) -> Statement {
    try Statement(query: ["text": .string(text)], values: values)
  }
}
