import AdaptorCore

/// The HTTP adaptor: requests to any web service, with basic, bearer or digest authentication.
public struct HTTP: Adaptor {
  let configuration: HTTPConfiguration
  let context: AdaptorContext
  /// Where tokens come from, if they must be fetched.
  private let tokens: OAuth2Client?
  private let cookies: CookieJar?

  /// An adaptor for a service. Nothing is contacted before the first request.
  ///
  /// - Parameters:
  ///   - configuration: where the service is and who asks.
  ///   - context: the loop that drives the sockets, and the log.
  /// - Throws: `AdaptorError` with code `.invalidConfiguration` when the chosen authentication lacks what
  ///   it needs.
  public init(
    configuration: HTTPConfiguration, context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    try configuration.check()
    cookies = configuration.cookies == true ? CookieJar() : nil
    self.configuration = configuration
    self.context = context
    for member in configuration.ignored {
      context.log(.warn, "the configuration's '\(member)' is nothing that http can use, ignored")
    }
    tokens =
      configuration.authentication == .oauth2
      ? configuration.oauth2.map {
        OAuth2Client(
          $0, tls: configuration.tls ?? TLSOptions(), proxy: configuration.proxy ?? .none,
          context: context)
      } : nil
  }

  /// OpenFn's HTTP adaptor, whose version its behaviour follows.
  public static let manifest = AdaptorManifest(
    name: "http", version: "7.3.2", summary: "Requests to any web service.",
    commonOperations: AdaptorManifest.usualCommonOperations + [
      "arrayToString", "chunk", "humanProper", "parseCsv", "scrubEmojis", "splitKeys", "toArray",
      "paginate", "parseXML", "util.encode", "util.decode", "util.uuid", "util.xmlParser",
    ])

  /// Sends a request and returns the answer.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST`, …, in capitals.
  ///   - path: an absolute URL, or a path under `baseUrl`.
  ///   - data: the body; `RequestOptions.contentType` says how it is encoded.
  ///   - options: what differs from a plain request; its `body` wins over `data`.
  /// - Throws: `AdaptorError` with code `.status`, `.connection`, `.invalidURL` or
  ///   `.invalidRequest`; `CancellationError` when the task is cancelled.
  public func request(
    _ method: String, _ path: String?, data: RawJSON? = nil, options: RequestOptions? = nil
  ) async throws -> Exchange.Answer {
    try await answer(method, path, data: data, options: options, allowsStream: false)
  }

  /// `request`, which may hand on the body while it arrives.
  func answer(
    _ method: String, _ path: String?, data: RawJSON?, options: RequestOptions?, allowsStream: Bool
  ) async throws -> Exchange.Answer {
    let options = options ?? RequestOptions()
    var exchange = try Exchange(
      method, try .resolve(path, base: configuration.baseUrl), query: options.query ?? [:])
    try exchange.apply(options)
    try addBody(options.body.map { RawJSON($0) } ?? data, options, to: &exchange)
    exchange.allowsStream = allowsStream
    exchange.logsFailures = true
    exchange.maxRedirections =
      options.maxRedirections ?? (options.followAllRedirects == false ? 0 : 5)
    exchange.request.tls =
      options.tls ?? options.agentOptions ?? configuration.tls ?? TLSOptions()
    exchange.request.proxy = options.proxy ?? configuration.proxy ?? .none
    exchange.request.cookies = cookies
    exchange.request.allowsHTTP2 = configuration.http2 == true
    // The deadline counts for the token too, and for a second try with another.
    let answer = try await exchange.withinDeadline(context) { try await authorized($0) }
    context.log(.info, answer.summary)
    return answer
  }

  /// Sends the request with the credentials of the configuration. A token that is refused is replaced once.
  private func authorized(_ exchange: Exchange) async throws -> Exchange.Answer {
    var first = exchange
    guard let tokens, let baseUrl = configuration.baseUrl, !baseUrl.isEmpty,
      !exchange.request.headers.contains("authorization")
    else {
      try first.authorize(configuration.credentials)
      return try await first.perform(context)
    }
    let token = try await tokens.current(within: exchange.request.timeout)
    try first.authorize(.token(token, scheme: "Bearer"))
    let answer = try await first.answer(context)
    guard answer.response.status == 401, !answer.reception.isElsewhere else {
      return try first.judge(answer, context)
    }
    await tokens.discard(token)
    var second = exchange
    try second.authorize(
      .token(try await tokens.current(within: exchange.request.timeout), scheme: "Bearer"))
    return try await second.perform(context)
  }

  private func addBody(
    _ data: RawJSON?, _ options: RequestOptions, to exchange: inout Exchange
  ) throws(AdaptorError) {
    let isForm = options.contentType == "form" || options.files != nil
    if options.sendFile != nil, isForm || options.contentType == "urlencoded" {
      throw AdaptorError(
        .invalidRequest, "sendFile is the whole body; in a form a file stands under 'files'")
    }
    if isForm {
      // libcurl names the boundary in its own content type.
      exchange.request.headers.remove("content-type")
      let fields = try data?.parsed() ?? .null
      let files = (options.files ?? [:]).sorted { $0.key < $1.key }
      let data = fields.isNull && !files.isEmpty ? [:] : fields
      exchange.request.body = try .form(
        of: data, files: files.map { ($0.key, $0.value) }, context: context)
    } else if options.contentType == "urlencoded" {
      exchange.request.body = try .urlEncoded(try data?.parsed() ?? [:])
      exchange.addDefaultHeader("Content-Type", "application/x-www-form-urlencoded")
    } else {
      exchange.request.body = try .data(data, options, context)
      let usual = options.sendFile == nil ? "application/json" : "application/octet-stream"
      exchange.addDefaultHeader("Content-Type", Self.mediaType(options.contentType) ?? usual)
    }
    try exchange.compress(options)
  }

  private static func mediaType(_ contentType: String?) -> String? {
    switch contentType {
    case "json": "application/json"
    case "xml": "application/xml"
    case "string": "text/plain"
    default: nil
    }
  }
}
