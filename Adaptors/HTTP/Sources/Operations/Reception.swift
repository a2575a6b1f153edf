import AdaptorCore

/// A response, and where its body is.
struct Reception: Sendable {
  /// With the body, unless that is elsewhere.
  let response: HTTPResponse
  /// The body as it arrives.
  var stream: ByteStream?
  /// The file that has the body.
  var file: SavedFile?
  /// Whether a redirect led to another origin, which got no credentials.
  var isElsewhere = false
}

extension Reception {
  /// A success whose body is still arriving; anything else with its body, which explains it.
  init(_ opened: HTTPStreamedResponse) async throws {
    let isSuccess = (200..<300).contains(opened.status)
    response = HTTPResponse(
      status: opened.status, headers: opened.headers,
      body: isSuccess ? [] : try await opened.body.collect(), duration: .zero)
    stream = isSuccess ? opened.body : ByteStream(response.body)
  }
}
