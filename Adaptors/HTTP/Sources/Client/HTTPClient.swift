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
    var request = request
    let origin = request.url.origin
    if digestOrigins.contains(origin) { request.credentials = request.credentials.asDigest }
    let response = try await exchange(request)
    guard response.status == 401, case .basic = request.credentials,
      response.headers.offersDigest
    else { return response }
    digestOrigins.insert(origin)
    request.credentials = request.credentials.asDigest
    return try await exchange(request)
  }

  private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
    let transfer = try multi.transfer(request)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        transfer.onEnd = { continuation.resume(with: $0) }
        multi.start(transfer)
      }
    } onCancel: { [number = transfer.number] in
      Task(executorPreference: loop) { await self.cancel(number) }
    }
  }

  private func cancel(_ number: Int) { multi.cancel(number) }
}

extension HTTPHeaders {
  fileprivate var offersDigest: Bool {
    fields.contains {
      $0.name == "www-authenticate" && $0.value.lowercased().hasPrefix("digest ")
    }
  }
}
