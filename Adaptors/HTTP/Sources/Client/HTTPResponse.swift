import AdaptorCore

/// An HTTP response (RFC 9110) with its whole body.
public struct HTTPResponse: Sendable {
  /// The status code, 100 to 999.
  public let status: Int
  /// The header fields, names in lower case.
  public let headers: HTTPHeaders
  /// The body, decompressed.
  public let body: [UInt8]
  /// From the start of the request to the end of the response.
  public let duration: Duration
  /// Whether credentials may have been computed from the challenge of an earlier request.
  var remembersChallenge = false
}
