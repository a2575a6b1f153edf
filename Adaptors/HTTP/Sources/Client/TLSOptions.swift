import AdaptorCore

/// How a TLS connection is made, in the words of Node's `tls.createSecureContext`.
public struct TLSOptions: Decodable, Sendable, Hashable {
  /// Certificate authorities to trust instead of the system's, PEM.
  public var ca: String?
  /// The client's certificate, PEM.
  public var cert: String?
  /// The private key of `cert`, PEM.
  public var key: String?
  /// What `key` is encrypted with.
  public var passphrase: String?
  /// Whether the server's certificate must be valid; true unless set.
  public var rejectUnauthorized: Bool?

  /// The system's certificates, none of our own, and a server that must prove who it is.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case ca, cert, key, passphrase, rejectUnauthorized
  }

  /// Reads the member `tls` of a configuration; a certificate or key may be a Buffer, or a list.
  ///
  /// - Throws: `DecodingError` for a member of the wrong type.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    /// A text; the texts of a list stand one after the other, as PEM allows.
    func pem(_ key: CodingKeys) throws -> String? {
      let value = try members.decodeIfPresent(JSON.self, forKey: key) ?? .null
      func text(_ part: JSON) -> String? {
        part.string ?? part.bufferBytes.map { String(decoding: $0, as: UTF8.self) }
      }
      if let text = text(value) { return text }
      if case .array(let parts) = value, parts.allSatisfy({ text($0) != nil }) {
        return parts.compactMap(text).joined(separator: "\n")
      }
      return try members.decodeIfPresent(String.self, forKey: key)
    }
    ca = try pem(.ca)
    cert = try pem(.cert)
    key = try pem(.key)
    passphrase = try members.decodeIfPresent(String.self, forKey: .passphrase)
    rejectUnauthorized = try members.decodeIfPresent(Bool.self, forKey: .rejectUnauthorized)
  }
}
