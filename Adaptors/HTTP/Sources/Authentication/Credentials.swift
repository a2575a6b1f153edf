import AdaptorCore

/// Who a request is from (RFC 9110 §11).
public enum Credentials: Sendable, Hashable {
  /// Nobody in particular: no `Authorization` field is written.
  case none
  /// User and password, readable by the server (RFC 7617). A Digest challenge is answered as well.
  case basic(user: String, password: String)
  /// User and password, of which only a digest is sent (RFC 7616). libcurl computes it.
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
