import AdaptorCore

/// The common adaptor: the operations that every job may use, and requests to absolute URLs.
///
/// The operations on state are the job language's own; the requests are native and stand here because
/// they need the HTTP client.
public struct Common: Adaptor {
  /// The common adaptor reads nothing from the configuration.
  public struct Configuration: Decodable, Sendable {
    /// Accepts a configuration of any shape: it may be meant for another adaptor of the job.
    public init(from decoder: any Decoder) throws {}
    /// The only value there is.
    public init() {}
  }

  let context: AdaptorContext

  /// An adaptor for jobs that use common alone. It never fails; the protocol lets it throw.
  public init(
    configuration: Configuration, context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    self.context = context
  }

  /// OpenFn's common adaptor, whose version its behaviour follows.
  public static let manifest = AdaptorManifest(
    name: "common", version: "3.3.4", summary: "Operations that every job may use.",
    initialState: [:], commonOperations: ["*"])

  private typealias Definition = OperationDefinition<Common>

  /// The requests of the `http` namespace. Each puts the body of the answer into `data`, the rest
  /// into `response`, and leaves `references` alone.
  public static let operations: [OperationDefinition<Common>] = [
    Definition(
      "http.request", "Sends a request with any method to an absolute URL.", effect: .writes,
      Parameter<String>("method", "GET, POST, …"), url, options
    ) {
      try await $0.outcome($1, $2, nil, $3)
    },
    Definition("http.get", "Reads a resource.", effect: .reads, url, options) {
      try await $0.outcome("GET", $1, nil, $2)
    },
    Definition(
      "http.post", "Sends data to a resource.", effect: .writes, url,
      Parameter<RawJSON?>("data", "the body: an object, a list or text"), options
    ) {
      try await $0.outcome("POST", $1, $2, $3)
    },
  ]

  private static let url = Parameter<String>("url", "an absolute URL")
  private static let options = Parameter<RequestOptions?>(
    "options",
    "query, headers, body, errors, timeout (ms), parseAs, baseUrl, maxRedirections, tls, retry, "
      + "deadline (ms), maxBodySize (bytes), proxy, sendFile, compress, saveAs, cache")

  private func outcome(
    _ method: String, _ url: String, _ data: RawJSON?, _ options: RequestOptions?
  ) async throws -> Outcome {
    let options = options ?? RequestOptions()
    let target = try options.baseUrl.map { (base) throws(AdaptorError) in
      try WebURL.resolve(url, base: base)
    }
    var exchange = try Exchange(method, try target ?? WebURL(url), query: options.query ?? [:])
    try exchange.apply(options)
    exchange.request.body = try .data(
      options.body.map { RawJSON($0) } ?? data, options, context)
    try exchange.compress(options)
    exchange.allowsStream = true
    exchange.maxRedirections =
      options.maxRedirections ?? (options.throwOnUnhandledRedirect == false ? 0 : nil)
    exchange.request.tls = options.tls ?? TLSOptions()
    exchange.request.proxy = options.proxy ?? .none
    return try await exchange.perform(context).outcome(keepsReferences: true)
  }
}
