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
  static func error(_ code: CURLcode, _ transfer: CurlTransfer) -> AdaptorError {
    let request = transfer.request
    let (name, reason) =
      connectionProblem(code, transfer) ?? messageProblem(code, transfer)
      ?? ("CURL_\(code.rawValue)", text(code, transfer))
    return failure(name, reason, request)
  }

  /// What keeps a request from reaching the server, or breaks the connection.
  private static func connectionProblem(
    _ code: CURLcode, _ transfer: CurlTransfer
  ) -> (String, String)? {
    let url = transfer.request.url
    let text = text(code, transfer)
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return ("ENOTFOUND", "getaddrinfo ENOTFOUND \(url.host)")
    case CURLE_COULDNT_RESOLVE_PROXY: return ("ENOTFOUND", "the proxy's name is not known")
    case CURLE_PROXY: return ("UND_ERR_PROXY", "the proxy refused: \(text)")
    case CURLE_COULDNT_CONNECT:
      let name = systemName(Int32(number(CURLINFO_OS_ERRNO, transfer)))
      let address = "\(url.host):\(url.port)"
      let target = transfer.request.proxy == .none ? address : "to the proxy for \(address)"
      return (name, "connect \(name) \(target)")
    case CURLE_OPERATION_TIMEDOUT:
      return (
        "UND_ERR_CONNECT_TIMEOUT", "no connection to \(url.host):\(url.port) within 10 s"
      )
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
      return brokenConnection(text, transfer)
    case CURLE_PARTIAL_FILE:
      return ("UND_ERR_SOCKET", "the connection closed before the body ended")
    case CURLE_PEER_FAILED_VERIFICATION:
      return (certificateCode(text), "the server's certificate is not valid: \(text)")
    case CURLE_SSL_CONNECT_ERROR:
      return wasReset(text) || text.contains("SSL_ERROR_SYSCALL")
        ? ("ECONNRESET", "the connection broke while TLS was negotiated: \(text)")
        : ("EPROTO", "no TLS connection: \(text)")
    default: return nil
    }
  }

  /// Node's word for what is wrong with a certificate, by OpenSSL's.
  private static func certificateCode(_ text: String) -> String {
    let codes = [
      ("has expired", "CERT_HAS_EXPIRED"), ("not yet valid", "CERT_NOT_YET_VALID"),
      ("self-signed certificate in", "SELF_SIGNED_CERT_IN_CHAIN"),
      ("self signed certificate in", "SELF_SIGNED_CERT_IN_CHAIN"),
      ("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
      ("self signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
      ("local issuer certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      ("subject name", "ERR_TLS_CERT_ALTNAME_INVALID"), ("revoked", "CERT_REVOKED"),
    ]
    return codes.first { text.contains($0.0) }?.1 ?? "ERR_TLS_CERT"
  }

  private static func brokenConnection(
    _ text: String, _ transfer: CurlTransfer
  ) -> (String, String) {
    let answer = number(CURLINFO_HTTP_CONNECTCODE, transfer)
    if answer >= 300 { return ("UND_ERR_PROXY", "the proxy refused with \(answer)") }
    if text.contains("Too large response headers") { return largeHeader }
    if text.contains("chunk") {
      return ("HPE_INVALID_CHUNK_SIZE", "the body is malformed: \(text)")
    }
    return wasReset(text)
      ? ("ECONNRESET", "the other side reset the connection: \(text)")
      : ("UND_ERR_SOCKET", "other side closed: \(text)")
  }

  /// What is wrong with the answer.
  private static func messageProblem(
    _ code: CURLcode, _ transfer: CurlTransfer
  ) -> (String, String)? {
    let text = text(code, transfer)
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ("HPE_INVALID_CONSTANT", "the answer is not HTTP: \(text)")
    case CURLE_WEIRD_SERVER_REPLY:
      return text.contains("Content-Length")
        ? invalidLength : ("HPE_INVALID_HEADER_TOKEN", "the header is malformed: \(text)")
    // A decoder that meets more than its stream says that it cannot write.
    case CURLE_WRITE_ERROR where transfer.headers.contains("content-encoding"):
      return (
        "Z_DATA_ERROR", "the body is not what its content-encoding says: it goes on after its end"
      )
    case CURLE_BAD_CONTENT_ENCODING:
      return ("Z_DATA_ERROR", "the body is not what its content-encoding says: \(text)")
    // What libcurl says of a line that is longer than it allows.
    case CURLE_OUT_OF_MEMORY: return largeHeader
    default: return nil
    }
  }

  private static let largeHeader = ("UND_ERR_HEADERS_OVERFLOW", "the header is too large")
  private static let invalidLength = (
    "HPE_INVALID_CONTENT_LENGTH", "the answer's content-length is no length"
  )

  private static func number(_ info: CURLINFO, _ transfer: CurlTransfer) -> Int {
    var number = 0
    _ = curl_get_long(transfer.handle, info, &number)
    return number
  }

  /// By libcurl's text: a handle keeps the system's number from one request to the next.
  private static func wasReset(_ text: String) -> Bool { text.contains("Connection reset") }

  /// What libcurl says of this transfer; without that, what the code means.
  private static func text(_ code: CURLcode, _ transfer: CurlTransfer) -> String {
    let explanation = String(cString: transfer.explanation)
    return explanation.isEmpty ? String(cString: curl_easy_strerror(code)) : explanation
  }

  /// The connection was closed without an answer, or within its header.
  static func closed(_ request: HTTPRequest) -> AdaptorError {
    failure("UND_ERR_SOCKET", "other side closed before the answer was whole", request)
  }

  static func largeHeader(_ request: HTTPRequest) -> AdaptorError {
    failure(largeHeader.0, largeHeader.1, request)
  }

  static func framing(
    _ problem: HTTPHeaders.FramingProblem, _ request: HTTPRequest
  ) -> AdaptorError {
    switch problem {
    case .invalidLength: failure(invalidLength.0, invalidLength.1, request)
    case .twoLengths:
      failure(
        "HPE_UNEXPECTED_CONTENT_LENGTH", "the answer has two different content-lengths", request)
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
