import AdaptorCore
import CCurl
import Synchronization

/// One request on its way through libcurl, and what has arrived of its response.
///
/// Belongs to the loop's thread, except for its number.
final class CurlTransfer {
  private(set) var request: HTTPRequest
  /// Tells transfers apart for cancellation.
  private(set) var number: Int
  /// Owned: cleaned up in `deinit`.
  let handle: UnsafeMutableRawPointer?
  /// Called once, with the response or the error.
  var onEnd: ((Result<HTTPResponse, any Error>) -> Void)?
  /// Takes the body as it arrives, instead of the response.
  var pipe: BodyPipe? {
    didSet { if pipe != nil { _ = curl_set_long(handle, CURLOPT_BUFFERSIZE, 1 << 18) } }
  }
  private var lastActivity = ContinuousClock.now
  /// When the peer has been silent for too long.
  var silenceDeadline: ContinuousClock.Instant {
    // A full pipe waits for its reader, not for the peer.
    (pipe?.isFull == true ? .now : lastActivity) + request.timeout
  }
  /// The status of the latest header.
  var status: Int {
    var status = 0
    _ = curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return status
  }

  private var start = ContinuousClock.now
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var mime: OpaquePointer?
  private(set) var headers = HTTPHeaders()
  private var body: [UInt8] = []
  /// How many bytes of the body have come.
  private var bodySize = 0

  private static let counter = Atomic(0)

  /// - Throws: `AdaptorError` with code `.invalidRequest` for a header that cannot be sent.
  init(_ request: HTTPRequest) throws(AdaptorError) {
    self.request = request
    handle = curl_easy_init()
    number = Self.counter.add(1, ordering: .relaxed).newValue
    try addHeaders()
    configure()
  }

  /// Makes a finished transfer one for a request that differs in its body at most.
  func reuse(for request: HTTPRequest) {
    self.request = request
    number = Self.counter.add(1, ordering: .relaxed).newValue
    headers = HTTPHeaders()
    body = []
    bodySize = 0
    pipe = nil
    start = .now
    lastActivity = start
    setBody(request.body.bytes)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    if let mime { curl_mime_free(mime) }
  }

  // MARK: Sending

  private func addHeaders() throws(AdaptorError) {
    for field in request.headers.fields {
      guard try shouldSend(field) else { continue }
      // libcurl's way to send a field without a value.
      append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    // What libcurl would add by itself.
    var unwanted = ["Accept", "Expect", "Content-Type"]
    if case .form = request.body { unwanted.removeLast() }
    for name in unwanted where !request.headers.contains(name) { append("\(name):") }
  }

  /// Whether a field goes out; the length of the body is libcurl's to say.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest`.
  private func shouldSend(_ field: HTTPHeaders.Field) throws(AdaptorError) -> Bool {
    guard field.isValid else {
      throw AdaptorError(
        .invalidRequest, "invalid \(field.name) header",
        details: ["code": "UND_ERR_INVALID_ARG"])
    }
    guard field.isContentLength else { return true }
    if case .bytes(let bytes) = request.body, Int(field.value) != bytes.count {
      throw AdaptorError(
        .invalidRequest,
        "Request body length does not match content-length header: \(bytes.count) bytes",
        details: ["code": "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"])
    }
    return false
  }

  /// Appends a line in Latin-1, as Node writes header fields.
  private func append(_ line: String) {
    let bytes = line.unicodeScalars.map { CChar(truncatingIfNeeded: $0.value) } + [0]
    headerList = curl_slist_append(headerList, bytes)
  }

  private func configure() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = curl_set_string(handle, CURLOPT_URL, request.url.text)
    _ = curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    _ = curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    _ = curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 10_000)
    _ = curl_set_string(handle, CURLOPT_ACCEPT_ENCODING, "")
    _ = curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
    _ = curl_set_callback(handle, CURLOPT_HEADERFUNCTION, headerCallback)
    _ = curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = curl_set_callback(handle, CURLOPT_WRITEFUNCTION, bodyCallback)
    _ = curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    configureMethodAndBody()
    request.credentials.apply(to: handle)
    request.tls.apply(to: handle)
    request.proxy.apply(to: handle)
    if let cookies = request.cookies?.handle {
      _ = curl_set_pointer(handle, CURLOPT_SHARE, cookies)
      _ = curl_set_string(handle, CURLOPT_COOKIEFILE, "")
    }
  }

  private func configureMethodAndBody() {
    if request.method == "HEAD" { _ = curl_set_long(handle, CURLOPT_NOBODY, 1) }
    if case .form(let parts) = request.body {
      mime = MultipartForm.make(parts, for: handle)
      _ = curl_set_pointer(handle, CURLOPT_MIMEPOST, UnsafeRawPointer(mime))
    } else if case .bytes(let bytes) = request.body {
      setBody(bytes)
    } else if ["POST", "PUT", "PATCH"].contains(request.method.uppercased()) {
      setBody([])
    }
    _ = curl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func setBody(_ bytes: [UInt8]) {
    _ = curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
    // Copied by libcurl, since the array may move.
    bytes.withUnsafeBytes {
      _ = curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? emptyBody)
    }
  }

  // MARK: Receiving

  func receiveHeader(_ line: UnsafeBufferPointer<UInt8>) {
    lastActivity = .now
    if line.starts(with: "HTTP/".utf8) {
      // A new response: after 100 Continue or an authentication challenge.
      headers = HTTPHeaders()
      body = []
      bodySize = 0
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let name = line[..<colon].map { $0.lowercasedASCII }
      let value = line[(colon + 1)...].trimmingBlanks
      headers.add(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
  }

  /// What becomes of a piece of the body.
  enum Reception {
    case taken
    /// It must be offered again once the transfer goes on.
    case later
    /// The transfer ends.
    case refused
  }

  private var isTooLarge: Bool { request.maxBodySize.map { bodySize > $0 } ?? false }

  /// What the header says of the body's size, as far as it can be believed.
  private var expectedSize: Int {
    let announced = headers["content-length"].flatMap { Int($0) } ?? 0
    return min(max(announced, 0), 64 << 20)
  }

  /// Takes a piece of the body.
  func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Reception {
    lastActivity = .now
    bodySize += bytes.count
    if isTooLarge { return .refused }
    if let pipe {
      hideDecoding()
      if pipe.receive(bytes) { return .taken }
      bodySize -= bytes.count
      return .later
    }
    if body.isEmpty { body.reserveCapacity(expectedSize) }
    body.append(contentsOf: bytes)
    return .taken
  }

  /// Lets a transfer whose pipe was full go on.
  func resume() {
    lastActivity = .now
    curl_easy_pause(handle, CURLPAUSE_CONT)
  }

  /// The body that is handed on is decompressed: its old length and coding would be untrue.
  private func hideDecoding() {
    if headers.contains("content-encoding") {
      headers.remove("content-encoding", "content-length")
    }
  }

  // MARK: Ends

  func end(_ code: CURLcode) {
    if isTooLarge { return fail(CurlFailure.tooLarge(request)) }
    guard code == CURLE_OK else { return fail(CurlFailure.error(code, handle, request)) }
    hideDecoding()
    finish(
      .success(
        HTTPResponse(
          status: status, headers: headers, body: body, duration: ContinuousClock.now - start)))
  }

  func timedOut() {
    fail(CurlFailure.timeout(request, hasHeader: !headers.fields.isEmpty))
  }

  func fail(_ error: any Error) { finish(.failure(error)) }

  private func finish(_ result: Result<HTTPResponse, any Error>) {
    // A transfer that is kept for another request holds no body.
    body = []
    pipe = nil
    onEnd?(result)
    onEnd = nil
  }
}

/// Any address: libcurl wants one even for a body of no bytes.
nonisolated(unsafe) let emptyBody = UnsafeRawPointer(
  UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

extension Slice<UnsafeBufferPointer<UInt8>> {
  /// Without spaces, tabs and line ends at both ends.
  fileprivate var trimmingBlanks: Self {
    let isText: (UInt8) -> Bool = { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }
    guard let first = firstIndex(where: isText), let last = lastIndex(where: isText) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }
}
