import AdaptorCore

/// The configuration of the HTTP adaptor.
public struct HTTPConfiguration: Decodable, Sendable {
  /// How requests prove who asks.
  public enum Authentication: String, Decodable, Sendable {
    /// User and password as Basic at once; as Digest when the server asks for it.
    case basic
    /// User and password as Digest from the first request on: the password is never sent.
    case digest
    /// `apiKey` in the header field `keyName`.
    case header
    /// `apiKey` as the query parameter `keyName`.
    case query
    /// A bearer token that is fetched as `oauth2` says.
    case oauth2
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
  /// By which proxy requests go; nil: by none.
  public var proxy: ProxyChoice?
  /// Whether cookies are kept and sent, within one step.
  public var cookies: Bool?
  /// Whether HTTP/2 is spoken where a TLS server offers it; nil: it is not.
  public var http2: Bool?
  /// How requests prove who asks; nil: by token, else as `.basic`.
  public var authentication: Authentication?
  /// The key for `.header` and `.query`.
  public var apiKey: String?
  /// The header field or query parameter of the key; nil: `X-API-Key`, or `api_key`.
  public var keyName: String?
  /// Where `.oauth2` gets its tokens.
  public var oauth2: OAuth2Configuration?

  /// Members of the JSON that have another type than this program's own options want, and are somebody else's then.
  private(set) var ignored: [String] = []

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
    case username, password, baseUrl, tls, authentication, apiKey, keyName, oauth2
    case proxy, cookies, http2
    case accessToken = "access_token"
  }

  /// Reads `state.configuration`. User, password and token may be numbers. Members that OpenFn does not know, and that
  /// do not fit here, are ignored.
  ///
  /// - Throws: `DecodingError` for a member of the wrong type.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    username = try members.decodeTextIfPresent(forKey: .username)
    password = try members.decodeTextIfPresent(forKey: .password)
    accessToken = try members.decodeTextIfPresent(forKey: .accessToken)
    baseUrl = try members.decodeIfPresent(String.self, forKey: .baseUrl)
    let certificates = try members.decodeIfPresent(JSON.self, forKey: .tls) ?? .null
    if certificates.object != nil {
      tls = try members.decodeIfPresent(TLSOptions.self, forKey: .tls)
    }
    authentication = try members.decodeIfPresent(Authentication.self, forKey: .authentication)
    apiKey = try members.decodeTextIfPresent(forKey: .apiKey)
    func own<Value: Decodable>(_ key: CodingKeys) -> Value? {
      do {
        return try members.decodeIfPresent(Value.self, forKey: key)
      } catch {
        ignored.append(key.stringValue)
        return nil
      }
    }
    proxy = own(.proxy)
    cookies = own(.cookies)
    http2 = own(.http2)
    keyName = try members.decodeIfPresent(String.self, forKey: .keyName)
    oauth2 = try members.decodeIfPresent(OAuth2Configuration.self, forKey: .oauth2)
  }

  /// - Throws: `AdaptorError` with code `.invalidConfiguration` when a chosen way lacks what it needs.
  func check() throws(AdaptorError) {
    let missing: String? =
      switch authentication {
      case .header, .query: apiKey?.isEmpty ?? true ? "apiKey" : nil
      case .oauth2: oauth2 == nil ? "oauth2" : nil
      case .digest:
        username?.isEmpty ?? true ? "username" : password?.isEmpty ?? true ? "password" : nil
      case .basic, nil: nil
      }
    guard let authentication, let missing else { return }
    throw AdaptorError(
      .invalidConfiguration,
      "the configuration says authentication '\(authentication.rawValue)' and has no '\(missing)'")
  }

  /// What requests are sent with, unless a token must be fetched: nothing without `baseUrl`.
  var credentials: Credentials {
    guard let baseUrl, !baseUrl.isEmpty else { return .none }
    if let apiKey, authentication == .header {
      return .header(name: keyName ?? "X-API-Key", key: apiKey)
    }
    if let apiKey, authentication == .query {
      return .query(name: keyName ?? "api_key", key: apiKey)
    }
    if let accessToken, !accessToken.isEmpty { return .token(accessToken, scheme: "Bearer") }
    guard let username, let password, !username.isEmpty, !password.isEmpty else { return .none }
    return authentication == .digest
      ? .digest(user: username, password: password)
      : .basic(user: username, password: password)
  }
}
