import AdaptorCore
import CCurl

/// libcurl's multi interface, driven by an event loop: libcurl says which sockets and when, the loop
/// says when they are ready.
///
/// Belongs to the loop's thread.
final class CurlMulti {
  /// Owned: cleaned up in `deinit`.
  private let handle: UnsafeMutableRawPointer?
  private unowned let loop: EventLoop
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private lazy var curlTimer = LazyTimer(loop: loop) { [unowned self] in
    act(CURL_SOCKET_TIMEOUT, 0)
  }
  private lazy var silenceTimer = LazyTimer(loop: loop) { [unowned self] in checkSilence() }
  /// Finished transfers, for other requests.
  private var spare: [CurlTransfer] = []
  private static let spareLimit = 64

  private static let initialized: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  init(loop: EventLoop) {
    _ = Self.initialized
    self.loop = loop
    handle = curl_multi_init()
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = curl_multi_on_socket(handle, socketCallback, context)
    _ = curl_multi_on_timer(handle, timerCallback, context)
    // By default libcurl keeps four times as many connections as there are transfers at the moment.
    _ = curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 256)
  }

  deinit {
    for easy in transfers.keys { curl_multi_remove_handle(handle, easy) }
    curl_multi_cleanup(handle)
  }

  /// A transfer for a request: a finished one that may serve it, or a new one.
  ///
  /// - Throws: `AdaptorError` with code `.invalidRequest` for a header that cannot be sent.
  func transfer(_ request: HTTPRequest) throws(AdaptorError) -> CurlTransfer {
    let match =
      spare.lastIndex { request.differsInBodyAtMost(from: $0.request) }
      ?? spare.lastIndex { request.mayFollow($0.request) }
    guard let match else { return try CurlTransfer(request) }
    let transfer = spare.remove(at: match)
    try transfer.reuse(for: request)
    return transfer
  }

  private func keep(_ transfer: CurlTransfer) {
    if spare.count >= Self.spareLimit { spare.removeFirst() }
    spare.append(transfer)
  }

  func start(_ transfer: CurlTransfer) {
    guard let easy = transfer.handle else { return transfer.end(CURLE_FAILED_INIT) }
    transfers[easy] = transfer
    silenceTimer.fire(noLaterThan: transfer.silenceDeadline)
    let code = curl_multi_add_handle(handle, easy)
    guard code == CURLM_OK else {
      transfers[easy] = nil
      return transfer.end(CURLE_FAILED_INIT)
    }
    act(CURL_SOCKET_TIMEOUT, 0)
  }

  /// The transfer of this number, if it is under way.
  func running(_ number: Int) -> CurlTransfer? {
    transfers.values.first { $0.number == number }
  }

  func cancel(_ number: Int) {
    guard let transfer = running(number) else { return }
    remove(transfer)
    transfer.fail(CancellationError())
  }

  /// Lets a transfer that waited for its reader, or for the source of its body, go on.
  func resume(_ transfer: CurlTransfer) {
    guard let easy = transfer.handle, transfers[easy] === transfer else { return }
    transfer.resume()
    act(CURL_SOCKET_TIMEOUT, 0)
  }

  private func remove(_ transfer: CurlTransfer) {
    guard let easy = transfer.handle else { return }
    curl_multi_remove_handle(handle, easy)
    transfers[easy] = nil
  }

  private func checkSilence() {
    let now = ContinuousClock.now
    for transfer in transfers.values where transfer.silenceDeadline <= now {
      if transfer.hasSentMore() { continue }
      remove(transfer)
      transfer.timedOut()
    }
    if let next = transfers.values.map(\.silenceDeadline).min() { silenceTimer.fire(by: next) }
  }

  // MARK: libcurl's wishes

  fileprivate func socketChanged(_ socket: curl_socket_t, _ what: Int32) {
    switch what {
    case CURL_POLL_REMOVE: loop.unwatch(socket)
    case CURL_POLL_IN: watch(socket, .reading)
    case CURL_POLL_OUT: watch(socket, .writing)
    default: watch(socket, [.reading, .writing])
    }
  }

  private func watch(_ socket: curl_socket_t, _ interest: Interest) {
    loop.watch(socket, for: interest) { [unowned self] ready in
      let reading = ready.contains(.reading) ? CURL_CSELECT_IN : 0
      let writing = ready.contains(.writing) ? CURL_CSELECT_OUT : 0
      act(socket, reading | writing)
    }
  }

  fileprivate func timerChanged(_ milliseconds: Int) {
    guard milliseconds >= 0 else { return curlTimer.forget() }
    curlTimer.fire(by: .now + .milliseconds(milliseconds))
  }

  private func act(_ socket: curl_socket_t, _ events: Int32) {
    var running: Int32 = 0
    curl_multi_socket_action(handle, socket, events, &running)
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(handle, &remaining) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = transfers[easy]
      else { continue }
      let code = message.pointee.data.result
      remove(transfer)
      transfer.end(code)
      keep(transfer)
    }
  }
}

private func socketCallback(
  _: UnsafeMutableRawPointer?, socket: curl_socket_t, what: Int32,
  context: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?
) -> Int32 {
  context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }?
    .socketChanged(socket, what)
  return 0
}

private func timerCallback(
  _: UnsafeMutableRawPointer?, milliseconds: Int, context: UnsafeMutableRawPointer?
) -> Int32 {
  context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }?
    .timerChanged(milliseconds)
  return 0
}
