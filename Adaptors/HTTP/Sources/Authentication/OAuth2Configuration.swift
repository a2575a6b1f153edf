/// Where tokens come from: the client credentials grant of RFC 6749 §4.4.
public struct OAuth2Configuration: Decodable, Sendable {
  /// The token endpoint, an absolute URL.
  public var tokenUrl: String
  /// Who asks.
  public var clientId: String
  /// What proves it; sent with Basic authentication (RFC 6749 §2.3.1).
  public var clientSecret: String
  /// What the token is to be good for, separated by spaces; nil: what the server gives.
  public var scope: String?

  /// A configuration for Swift programs.
  ///
  /// - Parameters:
  ///   - tokenUrl: the token endpoint, an absolute URL.
  ///   - scope: separated by spaces.
  public init(tokenUrl: String, clientId: String, clientSecret: String, scope: String? = nil) {
    self.tokenUrl = tokenUrl
    self.clientId = clientId
    self.clientSecret = clientSecret
    self.scope = scope
  }
}
