import AdaptorCore
import AdaptorHTTP

/// The configuration of the DHIS2 adaptor.
public struct DHIS2Configuration: Decodable, Sendable {
  /// The server, with its context path if it has one: `https://play.im.dhis2.org/dev`.
  public var hostUrl: String
  /// The user of Basic authentication; only used together with `password`, and without `pat`.
  public var username: String?
  /// The password of `username`.
  public var password: String?
  /// A personal access token; wins over user and password.
  public var pat: String?
  /// Put into the path as it is (`/api/42/…`). DHIS2 recommends to leave it out.
  public var apiVersion: String?
  /// Certificates to show and to trust; nil: the system's.
  public var tls: TLSOptions?

  /// A configuration for Swift programs. It needs `pat`, or `username` and `password`.
  ///
  /// - Parameters:
  ///   - hostUrl: an absolute http or https URL without `/api`.
  ///   - pat: a personal access token, as DHIS2 shows it once (`d2pat_…`).
  ///   - apiVersion: the number in the path, as text: `42`.
  public init(
    hostUrl: String, username: String? = nil, password: String? = nil, pat: String? = nil,
    apiVersion: String? = nil
  ) {
    self.hostUrl = hostUrl
    self.username = username
    self.password = password
    self.pat = pat
    self.apiVersion = apiVersion
  }

  enum CodingKeys: String, CodingKey {
    case hostUrl, apiUrl, username, password, pat, apiVersion, tls
  }

  /// Reads `state.configuration`. `apiUrl` is taken for a missing `hostUrl`; `apiVersion` may be a
  /// number.
  ///
  /// - Throws: `DecodingError` for a member of the wrong type.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let host = try members.decodeTextIfPresent(forKey: .hostUrl) ?? ""
    // `apiUrl` is the old name.
    hostUrl = host.isEmpty ? try members.decodeTextIfPresent(forKey: .apiUrl) ?? "" : host
    username = try members.decodeTextIfPresent(forKey: .username)
    password = try members.decodeTextIfPresent(forKey: .password)
    pat = try members.decodeTextIfPresent(forKey: .pat)
    apiVersion = try members.decodeTextIfPresent(forKey: .apiVersion)
    tls = try members.decodeIfPresent(TLSOptions.self, forKey: .tls)
  }

  /// - Throws: `AdaptorError` with code `.invalidConfiguration` when there is neither a token nor a
  ///   user with a password.
  var credentials: Credentials {
    get throws(AdaptorError) {
      if let pat, !pat.isEmpty { return .token(pat, scheme: "ApiToken") }
      if let username, let password, !username.isEmpty, !password.isEmpty {
        return .basic(user: username, password: password)
      }
      throw AdaptorError(
        .invalidConfiguration,
        "Invalid authorization credentials. Include a PAT or a username and password in "
          + "state.configuration")
    }
  }
}
