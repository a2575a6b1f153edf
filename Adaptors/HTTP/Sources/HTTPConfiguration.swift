import AdaptorCore

/// The configuration of the HTTP adaptor.
public struct HTTPConfiguration: Decodable, Sendable {
  /// Which scheme a user and password are for.
  public enum Authentication: String, Decodable, Sendable {
    /// Basic at once; Digest when the server asks for it.
    case basic
    /// Digest from the first request on: the password is never sent.
    case digest
  }

  /// Who asks; only used together with `password`.
  public var username: String?
  /// What proves it. Sent by `authentication`'s scheme.
  public var password: String?
  /// A bearer token; wins over user and password.
  public var accessToken: String?
  /// Where relative paths start. Credentials are only sent to its origin.
  public var baseUrl: String?
  /// Certificates of every request that brings none of its own; nil: the system's.
  public var tls: TLSOptions?
  /// How user and password are sent; nil: as `.basic`.
  public var authentication: Authentication?

  /// A configuration for Swift programs; what is not a parameter can be set afterwards.
  ///
  /// - Parameters:
  ///   - baseUrl: an absolute http or https URL; without it no credentials are sent.
  ///   - accessToken: a bearer token (RFC 6750), without the word `Bearer`.
  public init(
    baseUrl: String? = nil, username: String? = nil, password: String? = nil,
    accessToken: String? = nil
  ) {
    self.baseUrl = baseUrl
    self.username = username
    self.password = password
    self.accessToken = accessToken
  }

  enum CodingKeys: String, CodingKey {
    case username, password, baseUrl, tls, authentication
    case accessToken = "access_token"
  }

  /// Reads `state.configuration`. User, password and token may be numbers.
  ///
  /// - Throws: `DecodingError` for a member of the wrong type.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    username = try members.decodeTextIfPresent(forKey: .username)
    password = try members.decodeTextIfPresent(forKey: .password)
    accessToken = try members.decodeTextIfPresent(forKey: .accessToken)
    baseUrl = try members.decodeIfPresent(String.self, forKey: .baseUrl)
    tls = try members.decodeIfPresent(TLSOptions.self, forKey: .tls)
    authentication = try members.decodeIfPresent(Authentication.self, forKey: .authentication)
  }

  /// What requests are sent with: nothing without `baseUrl`.
  var credentials: Credentials {
    guard let baseUrl, !baseUrl.isEmpty else { return .none }
    if let accessToken, !accessToken.isEmpty { return .token(accessToken, scheme: "Bearer") }
    guard let username, let password, !username.isEmpty, !password.isEmpty else { return .none }
    return authentication == .digest
      ? .digest(user: username, password: password)
      : .basic(user: username, password: password)
  }
}
