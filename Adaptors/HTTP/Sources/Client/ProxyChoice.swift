/// By which proxy a request goes.
public enum ProxyChoice: Sendable, Hashable {
  /// By none, as in OpenFn.
  case none
  /// By the one that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name, as libcurl reads them.
  case environment
  /// By this one: `http://user:password@host:port`, or `socks5://…`.
  case url(String)
}

extension ProxyChoice: Decodable {
  /// Reads `true`, `false` or a URL.
  ///
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let isWanted = try? value.decode(Bool.self) {
      self = isWanted ? .environment : .none
    } else {
      self = .url(try value.decode(String.self))
    }
  }
}
