import AdaptorCore

/// A file of the `files` option, from the state.
public struct FormFile: Decodable, Sendable {
  /// What the server is to call it.
  public var filename: String
  /// Text, base 64 text, or a `Buffer`.
  public var content: JSON
  /// The media type; `application/octet-stream` unless given.
  public var contentType: String?
  /// `base64`: the content is base 64 text (RFC 4648).
  public var encoding: String?

  /// The file as the field `name` of a form.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest` for content that is no file.
  func part(_ name: String) throws(AdaptorError) -> FormPart {
    guard let bytes else {
      throw AdaptorError(
        .invalidRequest,
        "the file '\(name)' needs text, base64 or a Buffer as its content, found \(content.kind)")
    }
    guard contentType?.utf8.allSatisfy({ $0 >= 0x20 }) ?? true else {
      throw AdaptorError(.invalidRequest, "the file '\(name)' has a line end in its contentType")
    }
    return FormPart(name, bytes, filename: filename, contentType: contentType)
  }

  private var bytes: [UInt8]? {
    if content["type"] == "Buffer" { return content.bufferBytes }
    guard let text = content.string else { return nil }
    return encoding == "base64" ? Base64.decode(text) : Array(text.utf8)
  }
}
