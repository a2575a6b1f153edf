import AdaptorCore

/// Fetches the tokens of an `OAuth2Configuration`, and keeps one until it expires.
actor OAuth2Client {
  private let configuration: OAuth2Configuration
  private let tls: TLSOptions
  private let proxy: ProxyChoice
  private let context: AdaptorContext
  private var token: (value: String, expiry: ContinuousClock.Instant?)?
  /// The request for a token that is under way; whoever needs one waits for it.
  private var fetching: Task<String, any Error>?
  /// A token is not used in the last seconds of its life.
  private static let margin = Duration.seconds(10)

  init(
    _ configuration: OAuth2Configuration, tls: TLSOptions, proxy: ProxyChoice,
    context: AdaptorContext
  ) {
    self.configuration = configuration
    self.tls = tls
    self.proxy = proxy
    self.context = context
  }

  /// A token that has not expired.
  ///
  /// - Parameter patience: the longest silence of the endpoint.
  /// - Throws: `AdaptorError` with what the token endpoint answers.
  func current(within patience: Duration) async throws -> String {
    if let token, token.expiry.map({ $0 > .now }) ?? true { return token.value }
    let task =
      fetching
      ?? Task(executorPreference: context.loop) {
        try await self.fetch(within: patience)
      }
    fetching = task
    return try await value(of: task)
  }

  /// What a task brings, unless the caller gives up: others may still wait for it.
  private func value(of task: Task<String, any Error>) async throws -> String {
    let (values, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
    Task(executorPreference: context.loop) { continuation.yield(with: await task.result) }
    for try await value in values { return value }
    throw CancellationError()
  }

  /// Forgets a token that a server has refused.
  func discard(_ refused: String) {
    if token?.value == refused { token = nil }
  }

  private func fetch(within patience: Duration) async throws -> String {
    defer { fetching = nil }
    var exchange = try Exchange("POST", WebURL(configuration.tokenUrl))
    var form: JSON = ["grant_type": "client_credentials"]
    if let scope = configuration.scope { form["scope"] = .string(scope) }
    exchange.request.body = try .urlEncoded(form)
    exchange.request.tls = tls
    exchange.request.proxy = proxy
    exchange.request.timeout = patience
    exchange.addDefaultHeader("Content-Type", "application/x-www-form-urlencoded")
    exchange.addDefaultHeader("Accept", "application/json")
    try exchange.authorize(
      .basic(
        user: configuration.clientId.percentEncoded,
        password: configuration.clientSecret.percentEncoded))
    var answer = JSON.null
    do {
      answer = try await exchange.perform(context).data?.parsed() ?? .null
    } catch let error as AdaptorError where error.code == .malformedResponse {
      // A page of HTML, for one: it has no token either.
    }
    guard let value = answer["access_token"].string else {
      throw AdaptorError(
        .malformedResponse,
        "the token endpoint \(exchange.shownURL) answered without an access_token",
        details: ["url": .string(exchange.shownURL)])
    }
    context.hide(value)
    let lifetime = answer["expires_in"].double.map {
      Duration.clamped(milliseconds: $0 * 1000) - Self.margin
    }
    token = (value, lifetime.map { .now + $0 })
    return value
  }
}
