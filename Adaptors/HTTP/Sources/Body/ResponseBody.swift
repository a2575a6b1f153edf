import AdaptorCore

/// How the body of a response becomes data.
enum ResponseBody {
  /// The `parseAs` option.
  enum Format: String {
    case json, text, base64, stream
    /// JSON when the media type says so, else text.
    case auto
  }

  /// The data of a response; nil where there is none: no bytes, no media type, or 204.
  static func data(of response: HTTPResponse, as format: Format) -> RawJSON? {
    guard hasData(response) else { return nil }
    // An answer to HEAD, or chunks of nothing.
    if isJSON(response, format) { return response.body.isEmpty ? nil : json(response, format) }
    return format == .base64
      ? RawJSON(.string(Base64.encode(response.body))) : text(response.body)
  }

  /// Refuses a body that is to be JSON and begins like something else.
  ///
  /// - Throws: `AdaptorError` with code `.malformedResponse`.
  static func check(_ response: HTTPResponse, as format: Format) throws(AdaptorError) {
    guard hasData(response), isJSON(response, format) else { return }
    try json(response, format).checkBeginning()
  }

  private static func isJSON(_ response: HTTPResponse, _ format: Format) -> Bool {
    format == .json
      || format == .auto && response.headers["content-type"]?.mentionsJSON ?? false
  }

  static func hasData(_ response: HTTPResponse) -> Bool {
    response.status != 204 && response.headers["content-length"] != "0"
      && response.headers.contains("content-type")
  }

  private static func text(_ body: [UInt8]) -> RawJSON {
    RawJSON(.string(String(decoding: withoutMark(body), as: UTF8.self)))
  }

  private static func json(_ response: HTTPResponse, _ format: Format) -> RawJSON {
    RawJSON(withoutMark(response.body)) { reason in
      AdaptorError(
        .malformedResponse, "\(response.status): Error parsing the response body",
        details: [
          "code": .int(response.status),
          "description": "The body of the response is not what its type or parseAs promises",
          "parseAs": .string(format.rawValue),
          "contentType": .string(response.headers["content-type"] ?? ""),
          "bodyLength": .int(response.body.count), "error": .string(reason),
        ])
    }
  }

  /// Without a byte order mark.
  private static func withoutMark(_ body: [UInt8]) -> [UInt8] {
    body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
  }
}

extension String {
  /// Whether `application/json` stands anywhere in a media type; OpenFn compares with case.
  fileprivate var mentionsJSON: Bool {
    let wanted = Array("application/json".utf8)
    let bytes = Array(utf8)
    guard bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
  }
}

extension AdaptorError.Code {
  /// A response whose body is not what it promises to be.
  public static let malformedResponse = Self("malformedResponse")
  /// A response whose status means failure.
  public static let status = Self("status")
}
