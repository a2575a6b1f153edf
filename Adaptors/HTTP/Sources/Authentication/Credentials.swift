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
  /// A key in a header field of the server's choice.
  case header(name: String, key: String)
  /// A key in the query.
  case query(name: String, key: String)

  /// The header field that proves who asks; nil when none is sent beforehand.
  var field: (name: String, value: String)? {
    switch self {
    case .none, .digest, .query: nil
    case .basic(let user, let password):
      ("Authorization", "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))")
    case .token(let token, let scheme): ("Authorization", "\(scheme) \(token)")
    case .header(let name, let key): (name, key)
    }
  }

  /// The URL with the key in its query, where there is one and it is not there yet.
  ///
  /// - Throws: `AdaptorError` with code `.invalidURL`.
  func inQuery(of url: WebURL) throws(AdaptorError) -> WebURL {
    guard case .query(let name, let key) = self else { return url }
    let pair = "\(name.percentEncoded)=\(key.percentEncoded)"
    let pairs = url.query?.split(separator: "&").map(String.init) ?? []
    return pairs.contains(pair)
      ? url : try url.replacingQuery((pairs + [pair]).joined(separator: "&"))
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
