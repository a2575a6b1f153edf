import AdaptorCore

/// Who a request is from (RFC 9110 §11).
public enum Credentials: Sendable, Hashable {
  case none
  /// RFC 7617.
  case basic(user: String, password: String)
  /// RFC 7616, over libcurl.
  case digest(user: String, password: String)
  /// A token under the scheme that the server wants: `Bearer` (RFC 6750), `ApiToken`, ….
  case token(String, scheme: String)

  /// The value of the `Authorization` field; nil when there is none to send beforehand.
  var authorization: String? {
    switch self {
    case .none, .digest: nil
    case .basic(let user, let password): "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
    case .token(let token, let scheme): "\(scheme) \(token)"
    }
  }

  /// The same user and password for a Digest challenge.
  var asDigest: Credentials {
    if case .basic(let user, let password) = self {
      .digest(user: user, password: password)
    } else {
      self
    }
  }
}
