import AdaptorCore
import CLibpq

extension Connection {
  /// Connects unless there is a connection. A connection that broke since the last statement is
  /// found out by the next statement, which fails.
  ///
  /// - Throws: `AdaptorError` with the SQLSTATE of the server, or 08001.
  func connectIfNeeded() async throws(AdaptorError) {
    if libpq != nil { return }
    let timeout = configuration.connectTimeout
    let deadline = ContinuousClock.now + timeout
    let addresses = try await lookUp(until: deadline)
    let parameters = try ConnectionParameters(configuration, addresses: addresses)
    let candidate = try Libpq(connecting: parameters.keywords)
    try await finish(candidate, until: deadline)
    withExtendedLifetime(parameters) {}
    PQsetnonblocking(candidate.pointer, 1)
    libpq = candidate
  }

  /// The addresses of the host; empty when it is one.
  private func lookUp(until deadline: ContinuousClock.Instant) async throws(AdaptorError)
    -> [String]
  {
    let host = ConnectionParameters.host(configuration)
    if AddressLookup.isAddress(host) { return [] }
    let answer = FirstAnswer<AddressLookup.Answer>()
    AddressLookup.start(host) { found in answer.answer(found) }
    let timer = loop.schedule(after: deadline - .now) {
      answer.answer(.failed("no answer in time"))
    }
    defer { loop.cancel(timer) }
    switch await answer.wait() {
    case .addresses(let addresses): return addresses
    case .failed(let reason):
      throw DatabaseError.client(
        .cannotConnect, "could not translate host name \"\(host)\" to address: \(reason)")
    }
  }

  /// Takes the steps of connecting (PostgreSQL manual, 34.1.1, `PQconnectPoll`).
  private func finish(
    _ candidate: Libpq, until deadline: ContinuousClock.Instant
  ) async throws(AdaptorError) {
    var interest = Interest.writing
    while true {
      switch await wait(for: interest, on: candidate, until: deadline) {
      case .ready: break
      case .cancelled: throw Self.cancelled
      case .closed: throw DatabaseError.client(.connectionDoesNotExist, "the connection is closed")
      case .timedOut:
        throw DatabaseError.client(
          .cannotConnect,
          "the server did not answer within \(configuration.connectTimeout / .seconds(1)) seconds")
      }
      switch PQconnectPoll(candidate.pointer) {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING: interest = .reading
      case PGRES_POLLING_WRITING: interest = .writing
      default: throw candidate.connectError
      }
    }
  }

  /// Waits until the socket is ready or somebody ends the wait.
  ///
  /// - Parameter heedsCancellation: false once the task is cancelled and the end is awaited.
  func wait(
    for interest: Interest, on libpq: Libpq, until deadline: ContinuousClock.Instant? = nil,
    heedsCancellation: Bool = true
  ) async -> Wakeup {
    if isClosed { return .closed }
    let pause = FirstAnswer<Wakeup>()
    let socket = libpq.socket
    guard socket >= 0 else { return .ready(interest) }
    self.pause = pause
    loop.watch(socket, for: interest) { pause.answer(.ready($0)) }
    let timer = deadline.map { deadline in
      loop.schedule(after: deadline - .now) { pause.answer(.timedOut) }
    }
    // A task without this preference would wake up on another thread, only to come back to this one.
    let wakeup = await withTaskExecutorPreference(loop) {
      await withTaskCancellationHandler {
        await pause.wait()
      } onCancel: {
        if heedsCancellation { pause.answer(.cancelled) }
      }
    }
    if let timer { loop.cancel(timer) }
    loop.unwatch(socket)
    self.pause = nil
    return wakeup
  }
}
