import AdaptorCore

/// How redirects are followed (RFC 9110 §15.4, with the Fetch standard's change of method).
struct RedirectPolicy: Sendable {
  /// How many are followed. nil: none, and a redirect is an error.
  let limit: Int?

  /// This policy, if its limit is one.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest`.
  func checked() throws(AdaptorError) -> RedirectPolicy {
    guard let limit, limit < 0 else { return self }
    throw AdaptorError(
      .invalidRequest, "maxRedirections must be a positive number, found \(limit)",
      details: ["code": "UND_ERR_INVALID_ARG"])
  }

  /// The request that a response redirects to; nil when it is to be taken as it is.
  func next(_ request: HTTPRequest, _ response: HTTPResponse) throws(AdaptorError) -> HTTPRequest? {
    guard [300, 301, 302, 303, 307, 308].contains(response.status),
      let location = response.headers["location"], !location.isEmpty
    else { return nil }
    var next = request
    do throws(AdaptorError) {
      next.url = try request.url.resolving(location)
    } catch {
      throw AdaptorError(
        error.code,
        "\(request.method) to \(request.url.withoutQuery) was redirected: \(error.message)",
        details: error.details)
    }
    next.headers.remove("host")
    changeMethod(of: &next, for: response.status)
    if next.url.origin == request.url.origin {
      next.url = try request.credentials.inQuery(of: next.url)
    } else {
      Self.dropCredentials(of: &next)
    }
    return next
  }

  private func changeMethod(of request: inout HTTPRequest, for status: Int) {
    if status == 303, request.method != "HEAD" {
      request.method = "GET"
      request.body = .none
      request.headers.remove(prefix: "content-")
    } else if [301, 302].contains(status), request.method == "POST" {
      request.method = "GET"
      request.body = .none
    }
  }

  /// Another origin must not learn what was meant for this one.
  private static func dropCredentials(of request: inout HTTPRequest) {
    if let field = request.credentials.field { request.headers.remove(field.name.lowercased()) }
    if let url = try? request.credentials.leavingQuery(of: request.url) { request.url = url }
    request.credentials = .none
    (request.tls.cert, request.tls.key, request.tls.passphrase) = (nil, nil, nil)
    request.headers.remove("authorization", "cookie", "proxy-authorization")
  }

  /// The error for a redirect to where the request has been already.
  func checkLoop(to next: HTTPRequest, after visited: [WebURL]) throws(AdaptorError) {
    let (url, target) = (next.url, next.url.withoutFragment)
    guard visited.contains(where: { $0.withoutFragment == target }) else { return }
    throw AdaptorError(
      .status,
      "Redirect loop detected: \(next.method) to \(visited[0].withoutQuery) is redirected to "
        + "\(url.withoutQuery) again",
      details: ["code": "UND_ERR_INVALID_ARG", "url": .string(url.withoutQuery)])
  }

  /// The error for a redirect where none is expected, such as one to a login page.
  func check(_ response: HTTPResponse) throws(AdaptorError) {
    guard limit == nil, [300, 301, 302, 303, 304, 305, 307, 308].contains(response.status) else {
      return
    }
    throw AdaptorError(
      .status,
      "\(response.status): Response has redirect status, but 'maxRedirections' is not set",
      details: [
        "code": .int(response.status),
        "description":
          "The server answered with a redirect to \(response.headers["location"] ?? "nowhere")",
        "fix": "Check the URL and the credentials, or set maxRedirections",
        "statusMessage": .string(ReasonPhrase.of(response.status)),
      ])
  }
}
