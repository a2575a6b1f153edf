import AdaptorCore

/// One HTTP request (RFC 9110), ready to send.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST`, …; sent as it is.
  public var method: String
  /// Where to; its query is sent, its fragment is not.
  public var url: WebURL
  /// The fields to send. `Host`, lengths and a form's media type are libcurl's to add.
  public var headers: HTTPHeaders
  /// What to send after the header.
  public var body: RequestBody
  /// Who to answer a Digest challenge as; other schemes need their field in `headers` too.
  public var credentials: Credentials
  /// Which certificates to show and to trust; ignored for http.
  public var tls: TLSOptions
  /// The longest silence: until the response's header, and between two pieces of its body.
  public var timeout: Duration
  /// By which proxy it goes.
  public var proxy = ProxyChoice.none
  /// How many bytes of the body are taken, decompressed; more fail the request. nil: any number.
  public var maxBodySize: Int?
  /// Whether HTTP/2 is spoken where a TLS server offers it (RFC 9113); HTTP/1.1 otherwise.
  public var allowsHTTP2 = false
  /// Whether the body may come compressed in any way that libcurl knows. It is decompressed in any case.
  public var acceptsAnyCoding = true
  /// Cookies that are sent, and kept; nil: none.
  var cookies: CookieJar?

  /// A request with no more in it than is given.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST`, …, in capitals.
  ///   - timeout: the longest silence, not the whole duration.
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
      && credentials == other.credentials && tls == other.tls && proxy == other.proxy
      && maxBodySize == other.maxBodySize && cookies === other.cookies
      && allowsHTTP2 == other.allowsHTTP2 && acceptsAnyCoding == other.acceptsAnyCoding
      && !headers.contains("content-length")
  }

  /// Whether it may be sent twice (RFC 9110 §9.2.2).
  var isIdempotent: Bool { Self.idempotentMethods.contains(method.uppercased()) }

  static let idempotentMethods: Set = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]

  /// Whether a handle that served `other` may serve this one: libcurl keeps cookies and what it knows of
  /// a server's Digest challenge in the handle. One that answered Basic credentials with a challenge is the best
  /// to answer it.
  func mayFollow(_ other: HTTPRequest) -> Bool {
    guard cookies === other.cookies else { return false }
    guard isDigest else { return !other.isDigest }
    return credentials == other.credentials.asDigest && url.origin == other.url.origin
  }

  var isDigest: Bool {
    if case .digest = credentials { true } else { false }
  }
}
