import AdaptorCore
import CCurl

// Tells libcurl what to send. A handle serves one request after another, so every option is set that an
// earlier one may have set otherwise.
extension CurlTransfer {
  /// What is the same for every request.
  func configureOnce() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    _ = curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 10_000)
    _ = curl_set_callback(handle, CURLOPT_HEADERFUNCTION, headerCallback)
    _ = curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = curl_set_callback(handle, CURLOPT_WRITEFUNCTION, bodyCallback)
    _ = curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = curl_set_callback(handle, CURLOPT_READFUNCTION, readCallback)
    _ = curl_set_pointer(handle, CURLOPT_READDATA, context)
    _ = curl_set_seek_callback(handle, CURLOPT_SEEKFUNCTION, seekCallback)
    _ = curl_set_pointer(handle, CURLOPT_SEEKDATA, context)
    _ = curl_set_send_callback(handle, CURLOPT_PREREQFUNCTION, sendCallback)
    _ = curl_set_pointer(handle, CURLOPT_PREREQDATA, context)
    _ = curl_set_pointer(handle, CURLOPT_ERRORBUFFER, explanation)
  }

  /// - Throws: `AdaptorError` with code `.invalidRequest` for a header that cannot be sent.
  func configure() throws(AdaptorError) {
    try checkMethod()
    try configureHeaders()
    _ = curl_set_string(handle, CURLOPT_URL, request.url.text)
    _ = curl_set_string(
      handle, CURLOPT_ACCEPT_ENCODING, request.acceptsAnyCoding ? "" : "identity")
    configureConnection()
    configureBody()
    request.credentials.apply(to: handle)
    request.tls.apply(to: handle)
    request.proxy.apply(to: handle, for: request.url)
    if let cookies = request.cookies?.handle {
      _ = curl_set_pointer(handle, CURLOPT_SHARE, cookies)
      _ = curl_set_string(handle, CURLOPT_COOKIEFILE, "")
    }
  }

  private func configureConnection() {
    // A proxy may close a connection after an answer without saying so; a POST that meets that would be lost,
    // since nobody knows whether it may be sent again.
    let avoidsKept = request.proxy != .none && !request.isIdempotent
    _ = curl_set_long(handle, CURLOPT_FRESH_CONNECT, avoidsKept ? 1 : 0)
    let version = request.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
    _ = curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(version))
    // Rather wait for a connection that can carry many requests than open another.
    _ = curl_set_long(handle, CURLOPT_PIPEWAIT, request.allowsHTTP2 ? 1 : 0)
  }

  // MARK: Header

  /// A method is a token (RFC 9110 §9.1); anything else would be more than a method.
  private func checkMethod() throws(AdaptorError) {
    if !request.method.isEmpty, request.method.utf8.allSatisfy(\.isTokenCharacter) { return }
    throw AdaptorError(
      .invalidRequest, "invalid request method", details: ["code": "UND_ERR_INVALID_ARG"])
  }

  private func configureHeaders() throws(AdaptorError) {
    let old = headerList
    headerList = nil
    defer { curl_slist_free_all(old) }
    for field in request.headers.fields {
      guard try shouldSend(field) else { continue }
      // libcurl's way to send a field without a value.
      append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    // What libcurl would add by itself.
    var unwanted = ["Accept", "Expect", "Content-Type"]
    if case .form = request.body { unwanted.removeLast() }
    for name in unwanted where !request.headers.contains(name) { append("\(name):") }
    _ = curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
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

  // MARK: Body

  /// From this size on a body is read by libcurl where it is, instead of being copied.
  private static let largeBody = 1 << 16

  /// Sets method and body.
  func configureBody() {
    _ = curl_set_long(handle, CURLOPT_HTTPGET, 1)
    // The answer to HEAD has no body whatever was sent, and libcurl waits for one after a body.
    switch request.method == "HEAD" ? .none : request.body {
    case .none:
      if request.method == "HEAD" { _ = curl_set_long(handle, CURLOPT_NOBODY, 1) }
      if ["POST", "PUT", "PATCH"].contains(request.method.uppercased()) { copy([]) }
    case .bytes(let bytes):
      if bytes.count < Self.largeBody { copy(bytes) } else { upload(BodyReader(.bytes(bytes))) }
    case .file(let file): upload(BodyReader(.file(file)))
    case .stream: upload(BodyReader(.pipe(UploadPipe())))
    case .form(let parts):
      form = MultipartForm(parts, for: handle)
      _ = curl_set_pointer(handle, CURLOPT_MIMEPOST, UnsafeRawPointer(form?.mime))
    }
    _ = curl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
  }

  /// Lets go of the form that was sent, with its files.
  func releaseForm() {
    guard let sent = form else { return }
    _ = curl_set_pointer(handle, CURLOPT_MIMEPOST, nil)
    withExtendedLifetime(sent) { form = nil }
  }

  private func copy(_ bytes: [UInt8]) {
    _ = curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
    // Copied by libcurl, since the array may move.
    bytes.withUnsafeBytes {
      _ = curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? emptyBody)
    }
  }

  private func upload(_ reader: BodyReader) {
    bodyReader = reader
    // Where libcurl has a copy of an earlier body it never asks for this one from its beginning again.
    _ = curl_set_pointer(handle, CURLOPT_POSTFIELDS, nil)
    _ = curl_set_long(handle, CURLOPT_UPLOAD, 1)
    _ = curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(reader.size ?? -1))
  }
}

/// Any address: libcurl wants one even for a body of no bytes.
nonisolated(unsafe) let emptyBody = UnsafeRawPointer(
  UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
