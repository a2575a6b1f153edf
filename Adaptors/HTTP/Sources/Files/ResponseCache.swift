import AdaptorCore

/// Answers to GET requests, kept for later runs. Each is used only after the server has said that it still holds
/// (RFC 9110 §13), and only for a request that is equal in every field, credentials included.
struct ResponseCache: Sendable {
  private let folder: FileFolder

  init(_ folder: FileFolder) { self.folder = folder }

  /// Sends a request; an answer that the server says still holds comes from the cache.
  ///
  /// - Throws: as `HTTPClient.send`. A cache that cannot be read or written costs time only.
  func send(_ request: HTTPRequest, _ client: HTTPClient) async throws -> HTTPResponse {
    guard Self.isFit(request) else { return try await client.send(request) }
    let name = "responses/" + Self.key(request)
    let kept = try? CachedResponse(reading: folder.open(name), largest: request.maxBodySize)
    var conditional = request
    for (field, value) in kept?.conditions ?? [] { conditional.headers.add(field, value) }
    let response = try await client.send(conditional)
    if response.status == 304, let kept { return kept.renewed(by: response) }
    if CachedResponse.mayKeep(response) { try? keep(response, name) }
    return response
  }

  /// Cookies are libcurl's, so nobody here knows whose answer it would be; and who asks for a part, or sets
  /// conditions, gets just that.
  private static func isFit(_ request: HTTPRequest) -> Bool {
    let own = ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range"]
    return request.cookies == nil && !own.contains(where: request.headers.contains)
  }

  private func keep(_ response: HTTPResponse, _ name: String) throws(AdaptorError) {
    var file = try folder.replacement(of: name)
    try file.restart()
    for piece in CachedResponse(response).pieces { try file.write(piece) }
    try file.commit()
  }

  /// Names a request by all that the answer may depend on, as a digest: what proves who asks is not written down.
  private static func key(_ request: HTTPRequest) -> String {
    let fields: [JSON] = request.headers.fields.map {
      [.string($0.name.lowercased()), .string($0.value)]
    }
    let who: [String?] =
      switch request.credentials {
      case .digest(let user, let password): [user, password]
      default: []
      }
    let identity = [request.url.withoutFragment, request.tls.cert] + who
    let parts: JSON = .array(identity.map { $0.map(JSON.string) ?? .null } + fields)
    return SHA256.digest(of: parts.bytes())
  }
}
