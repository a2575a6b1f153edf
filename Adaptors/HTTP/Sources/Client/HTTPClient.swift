import AdaptorCore

/// Sends HTTP requests over libcurl, many at a time, on connections that are kept and shared.
///
/// All work happens on an event loop, without a thread of its own. There is one client for each loop.
public actor HTTPClient {
  /// The loop whose thread does all the work of this client.
  public nonisolated let loop: EventLoop
  /// Keeps the actor on its loop's thread, as libcurl's handles demand.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    loop.asUnownedSerialExecutor()
  }

  private lazy var multi = CurlMulti(loop: loop)
  /// Bodies that are still read, by the number of their transfer.
  private var bodies: [Int: BodyPipe] = [:]
  /// Origins that answered Basic credentials with a Digest challenge.
  private var digestOrigins: Set<String> = []

  private init(loop: EventLoop) { self.loop = loop }

  /// The client of a loop, made when it is first asked for: the one that runs the calling code,
  /// else the shared one.
  public static func shared(on loop: EventLoop = .current ?? .shared) -> HTTPClient {
    loop.service { HTTPClient(loop: $0) }
  }

  /// Sends a request and waits for the whole response, whatever its status. Redirects are not followed.
  ///
  /// A Digest challenge (RFC 7616) to a user and password is answered; the origin is remembered, so
  /// that later requests do not offer it the password in the clear.
  ///
  /// - Throws: `AdaptorError` with code `.connection` when there is no response, with the system's
  ///   or Node's word for the reason (`ECONNREFUSED`, …) under `code`; with `.invalidRequest` for a
  ///   header that cannot be sent; `CancellationError` when the task is cancelled.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let request = prepared(request)
    let response = try await exchange(request)
    if let again = answer(to: response.status, response.headers, of: request) {
      return try await exchange(again)
    }
    guard response.remembersChallenge, request.isRefused(response.status, response.headers)
    else { return response }
    return try await exchange(request, anew: true)
  }

  /// Sends a request and waits for the header of the response; the body is read while it arrives.
  ///
  /// The peer is kept waiting while nobody reads. A body that is not read to its end must be cancelled.
  ///
  /// - Throws: as `send`. What goes wrong later is thrown by the stream.
  public func open(_ request: HTTPRequest) async throws -> HTTPStreamedResponse {
    let request = prepared(request)
    let response = try await openOnce(request)
    if let again = answer(to: response.status, response.headers, of: request) {
      response.body.cancel()
      return try await openOnce(again)
    }
    guard response.remembersChallenge, request.isRefused(response.status, response.headers)
    else { return response }
    response.body.cancel()
    return try await openOnce(request, anew: true)
  }

  private func prepared(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    if digestOrigins.contains(request.url.origin), case .basic = request.credentials {
      request.credentials = request.credentials.asDigest
      // Or the password would still go out in the clear, beside the digest.
      request.headers.remove("authorization")
    }
    return request
  }

  /// The request that answers a Digest challenge to Basic credentials; nil when there was none.
  private func answer(
    to status: Int, _ headers: HTTPHeaders, of request: HTTPRequest
  ) -> HTTPRequest? {
    guard status == 401, case .basic = request.credentials, headers.offersDigest else { return nil }
    digestOrigins.insert(request.url.origin)
    return prepared(request)
  }

  /// - Parameter anew: with nothing known of an earlier challenge, which may not be the one of now.
  private func exchange(
    _ request: HTTPRequest, anew: Bool = false
  ) async throws -> HTTPResponse {
    let transfer = anew ? try CurlTransfer(request) : try multi.transfer(request)
    let source = try Self.source(of: request)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        transfer.onEnd = { continuation.resume(with: $0) }
        start(transfer, sending: source)
      }
    } onCancel: { [number = transfer.number] in
      abandon(number)
    }
  }

  private func openOnce(
    _ request: HTTPRequest, anew: Bool = false
  ) async throws -> HTTPStreamedResponse {
    let transfer = anew ? try CurlTransfer(request) : try multi.transfer(request)
    let number = transfer.number
    let source = try Self.source(of: request)
    let pipe = BodyPipe(onDrain: { [multi, weak transfer] in
      if let transfer { multi.resume(transfer) }
    })
    transfer.pipe = pipe
    bodies[number] = pipe
    transfer.onEnd = { pipe.finish($0.map { _ in }) }
    let body = ByteStream(
      read: { try await self.read(number) }, stop: { self.abandon(number) })
    do {
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          // Read at once: a transfer that has ended may be another request's already.
          pipe.onBegin = {
            continuation.resume(
              with: $0.map {
                HTTPStreamedResponse(
                  status: transfer.status, headers: transfer.headers, body: body,
                  isDecoded: transfer.isDecoded,
                  remembersChallenge: transfer.remembersChallenge)
              })
          }
          start(transfer, sending: source)
        }
      } onCancel: {
        abandon(number)
      }
    } catch {
      bodies[number] = nil
      throw error
    }
  }

  /// Opens the stream that a request sends; nil for a body that is none.
  private static func source(of request: HTTPRequest) throws(AdaptorError) -> ByteStream? {
    guard case .stream(let open) = request.body else { return nil }
    return try open()
  }

  private func start(_ transfer: CurlTransfer, sending source: ByteStream?) {
    // Cancelled before there was anything to cancel: until here others may have had their turn.
    if Task.isCancelled {
      source?.cancel()
      return transfer.fail(CancellationError())
    }
    multi.start(transfer)
    guard let source else { return }
    Task(executorPreference: loop) { [number = transfer.number] in
      await self.send(source, number)
      source.cancel()
    }
  }

  private func send(_ stream: ByteStream, _ number: Int) async {
    guard let transfer = multi.running(number), let pipe = transfer.bodyReader?.pipe else { return }
    let goOn = { self.multi.resume(transfer) }
    do throws(AdaptorError) {
      while let piece = try await stream.next() {
        guard await pipe.send(piece, self, onPiece: goOn) else { return }
      }
      pipe.finish(.success(()), onPiece: goOn)
    } catch {
      pipe.finish(.failure(error), onPiece: goOn)
    }
  }

  private func read(_ number: Int) async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await nextPiece(number)
    } onCancel: {
      abandon(number)
    }
  }

  private func nextPiece(_ number: Int) async throws -> [UInt8]? {
    guard let pipe = bodies[number] else { return nil }
    let piece = try await pipe.next(self)
    if piece == nil { bodies[number] = nil }
    return piece
  }

  private nonisolated func abandon(_ number: Int) {
    Task(executorPreference: loop) { await self.cancel(number) }
  }

  private func cancel(_ number: Int) {
    multi.cancel(number)
    bodies[number] = nil
  }
}

extension HTTPRequest {
  /// Whether a Digest went out that the server wants computed from another challenge.
  fileprivate func isRefused(_ status: Int, _ headers: HTTPHeaders) -> Bool {
    isDigest && status == 401 && headers.offersDigest
  }
}

extension HTTPHeaders {
  fileprivate var offersDigest: Bool {
    // One field may have several challenges (RFC 9110 §11.6.1).
    fields.contains {
      $0.name == "www-authenticate"
        && $0.value.lowercased().split(separator: ",").contains {
          $0.drop { $0 == " " || $0 == "\t" }.hasPrefix("digest ")
        }
    }
  }
}
