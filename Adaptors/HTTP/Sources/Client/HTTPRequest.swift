import AdaptorCore

/// One HTTP request (RFC 9110), ready to send.
public struct HTTPRequest: Sendable {
  public var method: String
  public var url: WebURL
  public var headers: HTTPHeaders
  public var body: RequestBody
  public var credentials: Credentials
  public var tls: TLSOptions
  /// The longest silence: until the response's header, and between two pieces of its body.
  public var timeout: Duration

  public init(
    _ method: String, _ url: WebURL, headers: HTTPHeaders = HTTPHeaders(),
    body: RequestBody = .none, credentials: Credentials = .none, tls: TLSOptions = TLSOptions(),
    timeout: Duration = .seconds(300)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.credentials = credentials
    self.tls = tls
    self.timeout = timeout
  }

  /// Whether a handle that is set up for `other` needs no more than another body.
  func differsInBodyAtMost(from other: HTTPRequest) -> Bool {
    guard case .bytes = body, case .bytes = other.body else { return false }
    return method == other.method && url == other.url && headers.fields == other.headers.fields
      && credentials == other.credentials && tls == other.tls
  }
}
