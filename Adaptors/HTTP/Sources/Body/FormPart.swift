import AdaptorCore

/// A part of `multipart/form-data` (RFC 7578).
public struct FormPart: Sendable {
  /// The field's name.
  public var name: String
  /// What a part carries.
  public enum Content: Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// A file, read while it is sent.
    case file(OpenFile)
  }

  /// What is sent.
  public var content: Content
  /// The name of the file; nil for a field that is no file.
  public var filename: String?
  /// The media type; nil: none is said for a field, `application/octet-stream` for a file.
  public var contentType: String?

  /// A part that is a field, or a file when it has a file name.
  public init(
    _ name: String, _ content: Content, filename: String? = nil, contentType: String? = nil
  ) {
    self.name = name
    self.content = content
    self.filename = filename
    self.contentType = contentType
  }
}
