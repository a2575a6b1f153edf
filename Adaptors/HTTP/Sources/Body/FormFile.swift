import AdaptorCore

/// A file of the `files` option, from the state or from the allowed folder.
public struct FormFile: Decodable, Sendable {
  /// What the server is to call it; with `path` its last part unless given.
  public var filename: String?
  /// Text, base 64 text, or a `Buffer`; unless there is a `path`.
  public var content: JSON?
  /// A file below the allowed folder.
  public var path: String?
  /// The media type; `application/octet-stream` unless given.
  public var contentType: String?
  /// `base64`: the content is base 64 text (RFC 4648).
  public var encoding: String?

  /// The file as the field `name` of a form.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest` for content that is no file; `.file`.
  func part(_ name: String, _ context: AdaptorContext) throws(AdaptorError) -> FormPart {
    guard contentType?.utf8.allSatisfy({ $0 >= 0x20 }) ?? true else {
      throw AdaptorError(.invalidRequest, "the file '\(name)' has a line end in its contentType")
    }
    let lastPart = path?.split(separator: "/").last.map(String.init)
    return FormPart(
      name, try partContent(name, context), filename: filename ?? lastPart ?? name,
      contentType: contentType)
  }

  private func partContent(
    _ name: String, _ context: AdaptorContext
  ) throws(AdaptorError) -> FormPart.Content {
    if let path { return .file(try context.allowedFiles().open(path)) }
    guard let content, let bytes = bytes(of: content) else {
      throw AdaptorError(
        .invalidRequest,
        "the file '\(name)' needs text, text with the encoding base64, or a Buffer as its content, or a path, "
          + "found \(content?.kind ?? "neither")"
          + (encoding.map { " with the encoding '\($0)'" } ?? ""))
    }
    return .bytes(bytes)
  }

  private func bytes(of content: JSON) -> [UInt8]? {
    if let bytes = content.bufferBytes { return bytes }
    guard let text = content.string else { return nil }
    switch encoding?.lowercased() {
    case "base64": return Base64.decode(text)
    case nil, "utf8", "utf-8": return Array(text.utf8)
    default: return nil
    }
  }
}
