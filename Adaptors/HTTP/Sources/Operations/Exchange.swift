import AdaptorCore

/// One request of an operation from options to outcome: redirects, errors and data.
///
/// The HTTP, DHIS2 and common adaptors share it; they differ in URL, credentials and defaults.
public struct Exchange: Sendable {
  /// The request as it will be sent; its URL has the whole query.
  public var request: HTTPRequest
  /// What `response.url` shows: the URL without the `query` option.
  public var shownURL: String
  /// The effective query, for `response.query`.
  public var query: JSONObject
  /// The `errors` option: `false`, or an object from statuses to true, false or a message; nil: every
  /// status from 400 on fails.
  public var errors: JSON?
  /// The `parseAs` option: `json`, `text`, `base64` or `stream`; anything else: by media type.
  public var parseAs: String?
  /// Hands on the body of a success while it arrives, if `parseAs` is `stream`; else it would be text.
  package var allowsStream = false
  /// Whether a response that is an error is reported with its body.
  var logsFailures = false
  /// nil: a redirect is an error.
  public var maxRedirections: Int?
  /// nil: nothing is tried again.
  public var retry: RetryPolicy?
  /// The time for everything until the response is there; nil: as long as it takes.
  public var deadline: Duration?
  /// Where the body of a success goes; nil: into the answer.
  public var saveAs: SaveOptions?
  /// Whether the answer of a GET is kept for later runs.
  public var isCached = false

  /// What the log shows: the URL with its query, and without a key that proves who asks.
  private(set) var loggedURL: String

  /// Prepares a request without header, body and credentials.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST`, …, in capitals.
  ///   - url: without the `query` option.
  ///   - query: the `query` option; the query of `url` wins.
  /// - Throws: `AdaptorError` with code `.invalidURL`.
  public init(_ method: String, _ url: WebURL, query: JSONObject = [:]) throws(AdaptorError) {
    let merged = QueryString(option: query, url: url)
    self.query = merged.values
    shownURL = url.withoutUser
    request = HTTPRequest(
      method, merged.values.isEmpty ? url : try url.replacingQuery(merged.text))
    loggedURL = request.url.withoutUser
  }

  /// Adds the header fields of an option, by name: texts, numbers, booleans, null (an empty field),
  /// or lists of them (a field each).
  public mutating func addHeaders(_ headers: JSONObject) {
    for member in headers {
      for value in member.value.isArray ? member.value.elements : [member.value] {
        request.headers.add(member.key, value.string ?? (value.isNull ? "" : value.text()))
      }
    }
  }

  /// Takes from the options what means the same to every adaptor.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for numbers that mean nothing.
  mutating func apply(_ options: RequestOptions) throws(AdaptorError) {
    try options.check()
    addHeaders(options.headers ?? [:])
    errors = options.errors
    parseAs = options.parseAs
    request.timeout = options.silence
    request.maxBodySize = options.maxBodySize
    retry = options.retry
    deadline = options.deadline.map { .clamped(milliseconds: $0) }
    saveAs = options.saveAs
    isCached = options.cache == true
  }

  /// Compresses the body, where the options say so.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest`.
  mutating func compress(_ options: RequestOptions) throws(AdaptorError) {
    guard let coding = options.compress else { return }
    if case .none = request.body { return }
    request.body = try request.body.gzipped()
    request.headers.remove("content-encoding")
    request.headers.add("Content-Encoding", coding.rawValue)
  }

  /// Adds a field unless there is one of this name.
  public mutating func addDefaultHeader(_ name: String, _ value: String) {
    if !request.headers.contains(name) { request.headers.add(name, value) }
  }

  /// Sends the credentials, unless the options brought an `Authorization` of their own.
  ///
  /// - Parameter overriding: true: the credentials win over that one.
  /// - Throws: `AdaptorError` with code `.invalidURL` for a key that has no place in the query.
  public mutating func authorize(
    _ credentials: Credentials, overriding: Bool = false
  ) throws(AdaptorError) {
    if overriding { request.headers.remove("authorization") }
    guard !request.headers.contains("authorization") else { return }
    request.credentials = credentials
    if case .query(let name, let key) = credentials {
      if query[name] == .string(key) { query[name] = nil }
      shownURL = try credentials.leavingQuery(of: WebURL(shownURL)).text
      loggedURL = try credentials.leavingQuery(of: WebURL(loggedURL)).text
    }
    if let field = credentials.field { addDefaultHeader(field.name, field.value) }
    request.url = try credentials.inQuery(of: request.url)
  }

  /// Sends the request, follows redirects, tries again where that is wanted, and judges the response.
  ///
  /// - Parameter context: its loop drives the request; its log gets the response that is an error.
  /// - Throws: `AdaptorError` with code `.status` for a status that means failure, with
  ///   `statusCode`, `statusMessage`, `url`, `method`, `duration` (ms), `headers` and `body`; with
  ///   `.connection` and `DEADLINE_EXCEEDED` under `code` when the deadline comes first; and what
  ///   `HTTPClient.send` throws.
  public func perform(_ context: AdaptorContext) async throws -> Answer {
    try judge(try await answer(context), context)
  }

  /// The answer, which may be an error.
  func answer(_ context: AdaptorContext) async throws -> Answer {
    try await withinDeadline(context) { try await $0.lastAnswer(context) }
  }

  /// Runs `body` with this exchange but for its deadline, which counts for all that `body` does.
  func withinDeadline(
    _ context: AdaptorContext, _ body: @escaping @Sendable (Exchange) async throws -> Answer
  ) async throws -> Answer {
    guard let deadline else { return try await body(self) }
    var exchange = self
    exchange.deadline = nil
    return try await Deadline.run(deadline, on: context.loop) { [exchange] in
      try await body(exchange)
    } exceeded: {
      CurlFailure.deadline(request, deadline)
    }
  }

  private func lastAnswer(_ context: AdaptorContext) async throws -> Answer {
    let start = ContinuousClock.now
    let reception = try await lastAttempt(context)
    return Answer(
      exchange: self, reception: reception, duration: ContinuousClock.now - start)
  }

  /// The answer, if it is no error.
  ///
  /// - Throws: `AdaptorError` with code `.status`.
  func judge(_ answer: Answer, _ context: AdaptorContext) throws(AdaptorError) -> Answer {
    do throws(AdaptorError) {
      try answer.checkStatus()
      try RedirectPolicy(limit: maxRedirections).check(answer.response)
      try answer.checkBody()
    } catch {
      answer.reception.stream?.cancel()
      if logsFailures { context.log(.error, "\(answer.summary)\n\(answer.bodyForLog)") }
      throw error
    }
    return answer
  }

  /// The first response that is not worth another try, or what the last try met.
  private func lastAttempt(_ context: AdaptorContext) async throws -> Reception {
    var attempt = 1
    while true {
      let result: Result<Reception, any Error>
      do {
        result = .success(try await follow(context))
      } catch let error as AdaptorError
        where error.code == .connection && error.details["code"] != "BODY_TOO_LARGE"
      {
        result = .failure(error)
      }
      let response = try? result.get().response
      guard let delay = retry?.delay(after: attempt, of: request, response) else {
        return try result.get()
      }
      try? result.get().stream?.cancel()
      let found = response.map { "answered \($0.status)" } ?? "failed"
      let wait = Int(delay / .milliseconds(1))
      context.log(.warn, "\(request.method) \(shownURL) \(found); trying again in \(wait)ms")
      try await context.loop.sleep(for: delay)
      attempt += 1
    }
  }

  private func follow(_ context: AdaptorContext) async throws -> Reception {
    let redirects = try RedirectPolicy(limit: maxRedirections).checked()
    var sent = request
    var reception = try await send(sent, context)
    var visited = [request.url]
    while visited.count <= maxRedirections ?? 0,
      let next = try redirects.next(sent, reception.response)
    {
      try redirects.checkLoop(to: next, after: visited)
      visited.append(next.url)
      sent = next
      reception = try await send(sent, context)
    }
    reception.isElsewhere = sent.url.origin != request.url.origin
    return reception
  }

  private var isStreamed: Bool { allowsStream && parseAs == ResponseBody.Format.stream.rawValue }

  private func send(_ request: HTTPRequest, _ context: AdaptorContext) async throws -> Reception {
    let client = HTTPClient.shared(on: context.loop)
    if let saveAs {
      let download = Download(
        options: saveAs, folder: try context.allowedFiles(), source: self.request.url)
      var reception = try await download.run(request, client)
      // What is no success is data, whole.
      if reception.file == nil { reception.stream = nil }
      return reception
    }
    if isStreamed { return try await Reception(client.open(request)) }
    guard isCached, request.method == "GET" else {
      return Reception(response: try await client.send(request))
    }
    guard let folder = context.cache else {
      context.log(.warn, "cache: responses are not kept with --no-cache")
      return Reception(response: try await client.send(request))
    }
    return Reception(response: try await ResponseCache(folder).send(request, client))
  }

  /// A response together with the request it answers.
  public struct Answer: Sendable {
    let exchange: Exchange
    let reception: Reception
    let duration: Duration
    /// The last response, after redirects.
    public var response: HTTPResponse { reception.response }

    /// The data of the body, as `parseAs` says; nil where there is none. Parsing it may fail with
    /// code `.malformedResponse`.
    public var data: RawJSON? {
      if let file = reception.file { return RawJSON(file.json) }
      return ResponseBody.data(of: response, as: format)
    }

    private var format: ResponseBody.Format {
      exchange.parseAs.flatMap(ResponseBody.Format.init) ?? .auto
    }

    fileprivate func checkBody() throws(AdaptorError) {
      if reception.file == nil { try ResponseBody.check(response, as: format) }
    }

    /// The next state: the data of the body, and `response`.
    package func outcome(keepsReferences: Bool = false) -> Outcome {
      let additions = [("response", RawJSON(json))]
      let stream = reception.stream
      guard let stream, ResponseBody.hasData(response) else {
        stream?.cancel()
        return .next(data, additions: additions, keepsReferences: keepsReferences)
      }
      return .next(stream, additions: additions, keepsReferences: keepsReferences)
    }

    /// `GET https://host/path?a=1 - 200 in 12ms`
    public var summary: String {
      "\(exchange.request.method) \(exchange.loggedURL) - \(response.status) in \(milliseconds)ms"
    }

    /// What jobs see as `state.response`: `url`, `method`, `statusCode`, `statusMessage`,
    /// `headers`, `duration` (ms), and `query` unless it is empty.
    public var json: JSON {
      var members = facts
      members["headers"] = .object(response.headers.json)
      members["duration"] = .int(milliseconds)
      if !exchange.query.isEmpty { members["query"] = .object(exchange.query) }
      return .object(members)
    }

    private var facts: JSONObject {
      [
        "url": .string(exchange.shownURL), "method": .string(exchange.request.method),
        "statusCode": .int(response.status),
        "statusMessage": .string(ReasonPhrase.of(response.status)),
      ]
    }

    private var milliseconds: Int { Int(duration / .milliseconds(1)) }

    fileprivate var bodyForLog: String {
      response.body.isEmpty
        ? "[no body]" : "response body: \(String(decoding: response.body, as: UTF8.self))"
    }

    fileprivate func checkStatus() throws(AdaptorError) {
      guard
        let message = ErrorPolicy(exchange.errors).message(
          for: response.status, default: failureMessage)
      else { return }
      var details = facts
      details["duration"] = .int(milliseconds)
      if let body = bodyOfFailure { details["body"] = body }
      details["headers"] = .object(response.headers.json)
      throw AdaptorError(.status, message, details: details)
    }

    private var failureMessage: String {
      "\(exchange.request.method) to \(exchange.shownURL) returned \(response.status): "
        + ReasonPhrase.of(response.status)
    }

    /// The body by its media type; as text when it is malformed.
    private var bodyOfFailure: JSON? {
      guard let data = ResponseBody.data(of: response, as: .auto) else { return nil }
      return (try? data.parsed()) ?? .string(String(decoding: response.body, as: UTF8.self))
    }
  }
}

extension JSON {
  fileprivate var isArray: Bool {
    if case .array = self { true } else { false }
  }
}
