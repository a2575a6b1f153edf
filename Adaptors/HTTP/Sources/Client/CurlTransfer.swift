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
    didSet {
      guard (pipe == nil) != (oldValue == nil) else { return }
      _ = curl_set_long(handle, CURLOPT_BUFFERSIZE, pipe == nil ? 1 << 14 : 1 << 18)
    }
  }
  private var lastActivity = ContinuousClock.now
  /// When the peer has been silent for too long.
  var silenceDeadline: ContinuousClock.Instant {
    // A full pipe waits for its reader, and an empty one for the source, not for the peer.
    (pipe?.isFull == true || isStarving ? .now : lastActivity) + request.timeout
  }
  /// The status of the latest header.
  var status: Int {
    var status = 0
    _ = curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return status
  }

  /// Hands the body to libcurl, where it is not copied beforehand.
  var bodyReader: BodyReader?
  private var isStarving: Bool { bodyReader?.pipe?.isStarving == true }

  private var start = ContinuousClock.now
  var headerList: UnsafeMutablePointer<curl_slist>?
  var form: MultipartForm?
  private(set) var headers = HTTPHeaders()
  private var body: [UInt8] = []
  /// How many bytes of the body have come.
  private var bodySize = 0
  /// How many bytes of the latest header and its trailer have come.
  private var headerSize = 0
  /// Whether the latest header has come to its end.
  private(set) var isHeaderWhole = false
  /// Whether the request has gone out and no answer has begun.
  private var isUnanswered = false
  /// How often the server has answered 401.
  private var challenges = 0
  /// Whether a Digest may have been computed from the challenge of an earlier request, which may hold no longer.
  private(set) var remembersChallenge = false
  private var isCodingUnknown = false
  /// Whether the body that is handed on came compressed.
  private(set) var isDecoded = false
  private var sentSize: curl_off_t = 0
  /// Where libcurl writes why a transfer failed. Owned: freed in `deinit`.
  let explanation = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private static let headerLimit = 1 << 20
  /// A challenge, one for a stale nonce, and one more.
  private static let challengeLimit = 3

  private static let counter = Atomic(0)

  /// - Throws: `AdaptorError` with code `.invalidRequest` for a header that cannot be sent.
  init(_ request: HTTPRequest) throws(AdaptorError) {
    self.request = request
    handle = curl_easy_init()
    number = Self.counter.add(1, ordering: .relaxed).newValue
    explanation.pointee = 0
    configureOnce()
    try configure()
  }

  /// Makes a finished transfer one for another request.
  ///
  /// - Throws: as `init`.
  func reuse(for request: HTTPRequest) throws(AdaptorError) {
    let isAlike = request.differsInBodyAtMost(from: self.request)
    self.request = request
    number = Self.counter.add(1, ordering: .relaxed).newValue
    remembersChallenge = true
    beginResponse()
    challenges = 0
    isCodingUnknown = false
    isDecoded = false
    sentSize = 0
    explanation.pointee = 0
    pipe = nil
    start = .now
    lastActivity = start
    _ = curl_set_long(handle, CURLOPT_HTTP_CONTENT_DECODING, 1)
    if isAlike { configureBody() } else { try configure() }
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    explanation.deallocate()
  }

  // MARK: Sending

  /// Bytes of the body have gone out.
  func noteActivity() { lastActivity = .now }

  /// Whether more of the request has gone out since this was asked last; then the peer has not been silent.
  func hasSentMore() -> Bool {
    var size: curl_off_t = 0
    _ = curl_get_size(handle, CURLINFO_SIZE_UPLOAD_T, &size)
    guard size > sentSize else { return false }
    sentSize = size
    lastActivity = .now
    return true
  }

  /// Whether the request may go out, again perhaps: libcurl sends it anew when a kept connection turns out to
  /// be closed, and for every Digest challenge.
  func maySend() -> Bool {
    defer { isUnanswered = true }
    if isUnanswered { return request.isIdempotent }
    return challenges <= Self.challengeLimit
  }

  // MARK: Receiving

  /// Takes a line of a header, or of the trailer.
  func receiveHeader(_ line: UnsafeBufferPointer<UInt8>) -> Reception {
    lastActivity = .now
    headerSize += line.count
    if headerSize > Self.headerLimit { return .refused }
    if line.starts(with: "HTTP/".utf8) {
      // A new response: after 100 Continue or an authentication challenge.
      beginResponse()
    } else if isHeaderWhole {
      // The trailer of a chunked body, which nobody has asked for.
      return .taken
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let name = String(decoding: line[..<colon].map(\.lowercasedASCII), as: UTF8.self)
      let value = String(decoding: line[(colon + 1)...].trimmingBlanks, as: UTF8.self)
      headers.add(name, value)
      if name == "content-encoding", !ContentCoding.isKnown(value) {
        // The body is taken as it is.
        isCodingUnknown = true
        _ = curl_set_long(handle, CURLOPT_HTTP_CONTENT_DECODING, 0)
      }
    } else if line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") {
      isHeaderWhole = true
      return headers.framingProblem == nil ? .taken : .refused
    }
    return .taken
  }

  private func beginResponse() {
    isUnanswered = false
    isHeaderWhole = false
    if status == 401 { challenges += 1 }
    headers = HTTPHeaders()
    headerSize = 0
    body = []
    bodySize = 0
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
    if headers.contains("content-encoding"), !isCodingUnknown {
      headers.remove("content-encoding", "content-length")
      isDecoded = true
    }
  }

  // MARK: Ends

  func end(_ code: CURLcode) {
    if let error = problem(code) { return fail(error) }
    hideDecoding()
    finish(
      .success(
        HTTPResponse(
          status: status, headers: headers, body: body, duration: ContinuousClock.now - start,
          remembersChallenge: remembersChallenge)))
  }

  /// Why there is no response; nil when there is one.
  private func problem(_ code: CURLcode) -> AdaptorError? {
    if isTooLarge { return CurlFailure.tooLarge(request) }
    if let error = bodyReader?.error ?? form?.error { return error }
    if headerSize > Self.headerLimit { return CurlFailure.largeHeader(request) }
    // Such a header was refused when it ended.
    if code == CURLE_WRITE_ERROR, let problem = headers.framingProblem {
      return CurlFailure.framing(problem, request)
    }
    // Challenged once too often: the 401 is the answer.
    if challenges > Self.challengeLimit { return nil }
    if code == CURLE_ABORTED_BY_CALLBACK { return CurlFailure.closed(request) }
    guard code == CURLE_OK else { return CurlFailure.error(code, self) }
    return isHeaderWhole ? nil : CurlFailure.closed(request)
  }

  func timedOut() {
    fail(CurlFailure.timeout(request, hasHeader: status >= 200 && isHeaderWhole))
  }

  func fail(_ error: any Error) { finish(.failure(error)) }

  private func finish(_ result: Result<HTTPResponse, any Error>) {
    // A transfer that is kept for another request holds no body.
    request.body = request.body.emptied
    body = []
    pipe = nil
    bodyReader?.close()
    bodyReader = nil
    releaseForm()
    onEnd?(result)
    onEnd = nil
  }
}

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
