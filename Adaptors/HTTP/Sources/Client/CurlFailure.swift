import AdaptorCore
import CCurl

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Puts libcurl's failures into Node's words, which jobs look for under `code`.
enum CurlFailure {
  static func error(
    _ code: CURLcode, _ handle: UnsafeMutableRawPointer?, _ request: HTTPRequest
  ) -> AdaptorError {
    var number = 0
    _ = curl_get_long(handle, CURLINFO_OS_ERRNO, &number)
    let url = request.url
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      return failure("ENOTFOUND", "getaddrinfo ENOTFOUND \(url.host)", request)
    case CURLE_COULDNT_RESOLVE_PROXY:
      return failure("ENOTFOUND", "the proxy's name is not known", request)
    case CURLE_PROXY:
      return failure("UND_ERR_PROXY", "the proxy refused: \(text(code))", request)
    case CURLE_COULDNT_CONNECT:
      let name = systemName(Int32(number))
      return failure(name, "connect \(name) \(url.host):\(url.port)", request)
    case CURLE_OPERATION_TIMEDOUT:
      return failure(
        "UND_ERR_CONNECT_TIMEOUT", "no connection to \(url.host):\(url.port) within 10 s", request)
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      return failure("UND_ERR_SOCKET", "other side closed: \(text(code))", request)
    case CURLE_PARTIAL_FILE:
      return failure("UND_ERR_SOCKET", "the connection closed before the body ended", request)
    case CURLE_PEER_FAILED_VERIFICATION:
      return failure(
        "ERR_TLS_CERT", "the server's certificate is not valid: \(text(code))", request)
    default: return failure("CURL_\(code.rawValue)", text(code), request)
    }
  }

  static func timeout(_ request: HTTPRequest, hasHeader: Bool) -> AdaptorError {
    let milliseconds = Int(request.timeout / .milliseconds(1))
    return hasHeader
      ? failure("UND_ERR_BODY_TIMEOUT", "Body Timeout Error: silent for \(milliseconds)ms", request)
      : failure(
        "UND_ERR_HEADERS_TIMEOUT", "Headers Timeout Error: no answer within \(milliseconds)ms",
        request)
  }

  static func tooLarge(_ request: HTTPRequest) -> AdaptorError {
    failure(
      "BODY_TOO_LARGE", "the body is larger than maxBodySize, \(request.maxBodySize ?? 0) bytes",
      request)
  }

  static func deadline(_ request: HTTPRequest, _ deadline: Duration) -> AdaptorError {
    let milliseconds = Int(deadline / .milliseconds(1))
    return failure(
      "DEADLINE_EXCEEDED", "not done within its deadline of \(milliseconds)ms", request)
  }

  private static func failure(
    _ code: String, _ reason: String, _ request: HTTPRequest
  ) -> AdaptorError {
    AdaptorError(
      .connection, "\(request.method) to \(request.url.withoutQuery) failed: \(reason)",
      details: [
        "code": .string(code), "method": .string(request.method),
        "url": .string(request.url.withoutQuery),
      ])
  }

  private static func text(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }

  private static func systemName(_ number: Int32) -> String {
    switch number {
    case ECONNREFUSED: "ECONNREFUSED"
    case ECONNRESET: "ECONNRESET"
    case EHOSTUNREACH: "EHOSTUNREACH"
    case ENETUNREACH: "ENETUNREACH"
    case ETIMEDOUT: "ETIMEDOUT"
    default: "ECONNREFUSED"
    }
  }
}

extension AdaptorError.Code {
  /// There was no response: no connection, or one that broke.
  public static let connection = Self("connection")
  /// A request that cannot be sent as it is.
  public static let invalidRequest = Self("invalidRequest")
}
