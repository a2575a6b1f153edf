/// A JSON document as text that nobody has parsed yet.
///
/// Response bodies, rows and job arguments cross borders in this form, so that each is parsed once, by
/// the side that reads it.
public struct RawJSON: Sendable {
  /// UTF-8 JSON text. It may be malformed: it is checked when it is parsed.
  public let bytes: [UInt8]
  private let explain: (@Sendable (_ reason: String) -> AdaptorError)?

  /// Text from outside.
  ///
  /// - Parameter explain: makes the error for text that turns out to be malformed.
  public init(
    _ bytes: [UInt8], explain: (@Sendable (_ reason: String) -> AdaptorError)? = nil
  ) {
    self.bytes = bytes
    self.explain = explain
  }

  /// The compact text of a value.
  public init(_ value: JSON) { self.init(value.bytes()) }

  /// The value this text stands for.
  ///
  /// - Throws: `AdaptorError`: the one of `explain`, or `.malformedJSON` with line and column.
  public func parsed() throws(AdaptorError) -> JSON {
    do {
      return try JSON(parsing: bytes)
    } catch {
      throw explain?(error.message) ?? error
    }
  }

  /// Refuses text that already its beginning shows to be no JSON, such as a page of HTML, before anybody tells of a
  /// success.
  ///
  /// - Throws: as `parsed`.
  package func checkBeginning() throws(AdaptorError) {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if let first, !"{[\"-0123456789tfn".utf8.contains(first) { _ = try parsed() }
  }

  /// The error for this text, for a reader that found it malformed: the one of `explain`, or
  /// `.malformedJSON`.
  ///
  /// - Parameter reason: what was expected and found, in one sentence.
  public func malformed(_ reason: String) -> AdaptorError {
    explain?(reason) ?? AdaptorError(.malformedJSON, reason)
  }
}
