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
    let own = "\(name.percentEncoded)="
    let pairs = Self.pairs(of: url)
    // A key that the job gives itself wins, as it does in a header.
    if pairs.contains(where: { $0.hasPrefix(own) }) { return url }
    return try url.replacingQuery((pairs + [own + key.percentEncoded]).joined(separator: "&"))
  }

  /// The URL without the key in its query, which servers repeat in links and redirects.
  ///
  /// - Throws: `AdaptorError` with code `.invalidURL`.
  func leavingQuery(of url: WebURL) throws(AdaptorError) -> WebURL {
    guard case .query(let name, let key) = self else { return url }
    let pairs = Self.pairs(of: url)
    let others = pairs.filter { $0 != "\(name.percentEncoded)=\(key.percentEncoded)" }
    return others.count == pairs.count ? url : try url.replacingQuery(others.joined(separator: "&"))
  }

  private static func pairs(of url: WebURL) -> [String] {
    url.query?.split(separator: "&").map(String.init) ?? []
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
