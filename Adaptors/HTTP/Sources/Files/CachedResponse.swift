import AdaptorCore

/// A response in a file: a line of JSON with status and header, then the body.
struct CachedResponse {
  private let response: HTTPResponse
  /// Bodies above this are not kept.
  private static let largest = 64 << 20

  init(_ response: HTTPResponse) { self.response = response }

  /// - Parameter largest: how many bytes the body may have; nil: any number.
  /// - Throws: `AdaptorError` for a file that is damaged, too large or cannot be read.
  init(reading file: OpenFile, largest: Int?) throws(AdaptorError) {
    let bytes = try file.contents()
    let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    let head = try JSON(parsing: Array(bytes[..<lineEnd]))
    let body = Array(bytes[lineEnd...].dropFirst())
    guard let status = head["status"].int, head["size"].int == body.count,
      largest.map({ body.count <= $0 }) ?? true
    else {
      throw AdaptorError(.file, "'\(file.name)' is damaged or too large")
    }
    var headers = HTTPHeaders()
    for field in head["headers"].elements {
      headers.add(field[0].string ?? "", field[1].string ?? "")
    }
    response = HTTPResponse(status: status, headers: headers, body: body, duration: .zero)
  }

  var pieces: [[UInt8]] {
    let fields: [JSON] = response.headers.fields.map { [.string($0.name), .string($0.value)] }
    let head: JSON = [
      "status": .int(response.status), "size": .int(response.body.count), "headers": .array(fields),
    ]
    return [head.bytes() + [UInt8(ascii: "\n")], response.body]
  }

  /// Fields that ask whether the response still holds (RFC 9110 §13.1).
  var conditions: [(String, String)] {
    let tag = response.headers["etag"].map { ("If-None-Match", $0) }
    let date = response.headers["last-modified"].map { ("If-Modified-Since", $0) }
    return [tag, date].compactMap(\.self)
  }

  /// The response with the fields of the 304 that says it holds (RFC 9111 §4.3.4).
  func renewed(by confirmation: HTTPResponse) -> HTTPResponse {
    var headers = response.headers
    for field in confirmation.headers.fields where field.name != "content-length" {
      headers.remove(field.name)
    }
    for field in confirmation.headers.fields where field.name != "content-length" {
      headers.add(field.name, field.value)
    }
    return HTTPResponse(
      status: response.status, headers: headers, body: response.body,
      duration: confirmation.duration)
  }

  /// Whether a response may be kept, and could be asked for again.
  static func mayKeep(_ response: HTTPResponse) -> Bool {
    let control = response.headers["cache-control"]?.lowercased() ?? ""
    let isDated = response.headers.contains("etag") || response.headers.contains("last-modified")
    return response.status == 200 && isDated && !control.contains("no-store")
      && response.headers["vary"] != "*" && response.body.count <= largest
  }
}
