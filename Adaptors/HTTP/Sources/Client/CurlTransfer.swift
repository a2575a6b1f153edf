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
  private(set) var bodyReader: BodyReader?
  private var isStarving: Bool { bodyReader?.pipe?.isStarving == true }

  private var start = ContinuousClock.now
  var headerList: UnsafeMutablePointer<curl_slist>?
  var form: MultipartForm?
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
    headers = HTTPHeaders()
    body = []
    bodySize = 0
    pipe = nil
    start = .now
    lastActivity = start
    if isAlike { configureBody() } else { try configure() }
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
  }

  // MARK: Sending

  /// Has libcurl ask for the body instead of giving it a copy.
  func send(_ reader: BodyReader?) { bodyReader = reader }

  /// Bytes of the body have gone out.
  func noteActivity() { lastActivity = .now }

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
    if let error = bodyReader?.error ?? form?.error { return fail(error) }
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
    request.body = request.body.emptied
    body = []
    pipe = nil
    bodyReader?.close()
    bodyReader = nil
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
