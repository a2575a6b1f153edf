import AdaptorCore
import AdaptorHTTP

/// The DHIS2 adaptor: metadata, aggregate data and tracker over DHIS2's Web API.
public struct DHIS2: Adaptor {
  let configuration: DHIS2Configuration
  let context: AdaptorContext

  /// An adaptor for a server. Nothing is contacted before the first request.
  ///
  /// - Throws: `AdaptorError` with code `.invalidConfiguration` when `hostUrl` is empty. Missing
  ///   credentials are reported by the first request.
  public init(
    configuration: DHIS2Configuration, context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    guard !configuration.hostUrl.isEmpty else {
      throw AdaptorError(
        .invalidConfiguration, "hostUrl is missing; set it to the address of the DHIS2 server")
    }
    self.configuration = configuration
    self.context = context
    if let version = configuration.apiVersion, let number = Double(version), number < 36 {
      context.log(
        .warn, "version \(version) of the DHIS2 api is older than 36; operations may not fit it")
    }
  }

  /// OpenFn's DHIS2 adaptor, whose version its behaviour follows.
  public static let manifest = AdaptorManifest(
    name: "dhis2", version: "8.2.1", summary: "DHIS2's Web API: metadata, data values and tracker.",
    configurationAliases: ["apiUrl": "hostUrl"])

  /// Sends a request under `/api` and returns the answer.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST`, …, in capitals.
  ///   - path: a resource and what follows it: `organisationUnits/O6uvpzGd5pu`.
  ///   - data: the body as JSON text. Nil sends `{}`, except with GET and HEAD; null sends nothing.
  ///   - query: the query's names and values; a list repeats its name (`filter`).
  ///   - options: `headers`, `parseAs` and `apiVersion` count here; the rest is for operations.
  /// - Throws: `AdaptorError` with code `.status` for every status from 400 on, with DHIS2's report
  ///   as `body`, and for redirects, which lead to a login page; `.invalidConfiguration` without
  ///   credentials; `.invalidURL` for a path that is a URL; `.connection` without a response.
  public func request(
    _ method: String, _ path: String, data: RawJSON? = nil, query: JSONObject = [:],
    options: DHIS2RequestOptions? = nil
  ) async throws -> Exchange.Answer {
    try await request(
      method, path, data: data, query: query, options: options, allowsStream: false)
  }

  /// `request`, which may hand on the body while it arrives.
  func request(
    _ method: String, _ path: String, data: RawJSON? = nil, query: JSONObject,
    options: DHIS2RequestOptions?, allowsStream: Bool
  ) async throws -> Exchange.Answer {
    let credentials = try configuration.credentials
    let base = try WebURL.resolve(apiPath(path, options?.apiVersion), base: configuration.hostUrl)
    var exchange = try Exchange(method, base, query: query)
    exchange.addHeaders(options?.headers ?? ["content-type": "application/json"])
    try exchange.authorize(credentials, overriding: true)
    let hasBody = data != nil || !["GET", "HEAD"].contains(method.uppercased())
    exchange.request.body = try RequestBody(hasBody ? data ?? RawJSON([:]) : nil)
    exchange.parseAs = options?.parseAs ?? "json"
    exchange.allowsStream = allowsStream
    exchange.request.tls = configuration.tls ?? TLSOptions()
    if !query.isEmpty { context.log(.info, "with params: \(JSON.object(query))") }
    let answer = try await exchange.perform(context)
    context.log(.info, answer.summary)
    return answer
  }

  /// `/api/42/resource`, or `/api/resource` without a version.
  private func apiPath(_ path: String, _ version: JSON?) throws(AdaptorError) -> String {
    guard !path.contains("http://"), !path.contains("https://") else {
      throw AdaptorError(
        .invalidURL, "Invalid URL: '\(path)'. Give a path under the server's /api",
        details: ["code": "ERR_INVALID_URL"])
    }
    let chosen =
      version?.textOfScalar.flatMap { $0.isEmpty ? nil : $0 } ?? configuration.apiVersion
    guard let chosen, !chosen.isEmpty else {
      context.log(.info, "Using latest available version of the DHIS2 api on this server.")
      return "/api/\(path)"
    }
    context.log(.info, "Using DHIS2 api version \(chosen)")
    return "/api/\(chosen)/\(path)"
  }
}
