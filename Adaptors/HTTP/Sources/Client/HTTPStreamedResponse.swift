import AdaptorCore

/// An HTTP response (RFC 9110) whose body is still arriving.
public struct HTTPStreamedResponse: Sendable {
  /// The status code, 100 to 999.
  public let status: Int
  /// The header fields, names in lower case.
  public let headers: HTTPHeaders
  /// The body, decompressed.
  public let body: ByteStream
  /// Whether the body came compressed; header fields that describe it so are left out then.
  public let isDecoded: Bool
  /// Whether credentials may have been computed from the challenge of an earlier request.
  var remembersChallenge = false
}
