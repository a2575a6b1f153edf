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
}
