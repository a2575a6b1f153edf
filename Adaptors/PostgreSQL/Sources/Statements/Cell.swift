import AdaptorCore

/// A value of a record, as a place in the JSON text of all records.
///
/// Ten thousand records are a hundred thousand values: most are copied from the text to the
/// statement without becoming a Swift value on the way.
struct Cell: Sendable {
  enum Kind: Sendable {
    case null, yes, no, number
    /// A string without escapes: what is between its quotes is its value.
    case plainString
    case escapedString
    /// An array or object.
    case nested
  }

  let kind: Kind
  /// The whole token, a string's quotes included.
  let token: Range<Int>

  /// The value, from the text that the cell is a place of.
  func value(in bytes: [UInt8]) -> JSON {
    (try? JSON(parsing: Array(bytes[token]))) ?? .null
  }

  /// Calls `body` with the text form in which the value is stored, or nil for NULL.
  func withText<Result>(
    in bytes: UnsafeBufferPointer<UInt8>, as form: ColumnForm,
    _ body: (UnsafeBufferPointer<UInt8>?) -> Result
  ) -> Result {
    switch kind {
    case .null: body(nil)
    case .number: body(UnsafeBufferPointer(rebasing: bytes[token]))
    case .plainString:
      body(UnsafeBufferPointer(rebasing: bytes[(token.lowerBound + 1)..<(token.upperBound - 1)]))
    case .yes: withText(.bool(true), form, body)
    case .no: withText(.bool(false), form, body)
    case .escapedString, .nested:
      withText(
        (try? JSON(parsing: Array(bytes[token]))) ?? .null, form, body)
    }
  }

  private func withText<Result>(
    _ value: JSON, _ form: ColumnForm, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
  ) -> Result {
    guard var text = ValueText.column(value, as: form) else { return body(nil) }
    return text.withUTF8 { body($0) }
  }
}
