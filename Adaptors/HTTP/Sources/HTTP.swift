import AdaptorCore

/// The HTTP adaptor: requests to any web service, with basic, bearer or digest authentication.
public struct HTTP: Adaptor {
  let configuration: HTTPConfiguration
  let context: AdaptorContext

  /// An adaptor for a service. Nothing is checked or contacted before the first request.
  ///
  /// - Parameters:
  ///   - configuration: where the service is and who asks.
  ///   - context: the loop that drives the sockets, and the log.
  public init(
    configuration: HTTPConfiguration, context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    self.configuration = configuration
    self.context = context
  }

  /// OpenFn's HTTP adaptor, whose version its behaviour follows.
  public static let manifest = AdaptorManifest(
    name: "http", version: "7.3.2", summary: "Requests to any web service.",
    commonOperations: AdaptorManifest.usualCommonOperations + [
      "arrayToString", "chunk", "humanProper", "parseCsv", "scrubEmojis", "splitKeys", "toArray",
      "parseXML", "util.encode", "util.decode", "util.uuid", "util.xmlParser",
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
    exchange.addHeaders(options.headers ?? [:])
    try addBody(options.body.map { RawJSON($0) } ?? data, options, to: &exchange)
    exchange.authorize(configuration.credentials)
    exchange.errors = options.errors
    exchange.parseAs = options.parseAs
    exchange.allowsStream = allowsStream
    exchange.maxRedirections =
      options.maxRedirections ?? (options.followAllRedirects == false ? 0 : 5)
    exchange.request.tls =
      options.tls ?? options.agentOptions ?? configuration.tls ?? TLSOptions()
    exchange.request.timeout = options.silence
    exchange.retry = options.retry
    exchange.deadline = options.deadline.map { .milliseconds($0) }
    let answer = try await exchange.perform(context)
    context.log(.info, answer.summary)
    return answer
  }

  private func addBody(
    _ data: RawJSON?, _ options: RequestOptions, to exchange: inout Exchange
  ) throws(AdaptorError) {
    if options.contentType == "form" {
      // libcurl names the boundary in its own content type.
      exchange.request.headers.remove("content-type")
      exchange.request.body = try .form(of: try data?.parsed() ?? .null)
      return
    }
    exchange.request.body = try RequestBody(data)
    exchange.addDefaultHeader("Content-Type", Self.mediaType(options.contentType))
  }

  private static func mediaType(_ contentType: String?) -> String {
    switch contentType {
    case "xml": "application/xml"
    case "string": "text/plain"
    default: "application/json"
    }
  }
}
