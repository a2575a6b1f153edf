import AdaptorCore
import CLibpq

/// Running a statement (PostgreSQL manual, 34.4 "Asynchronous Command Processing").
extension Connection {
  /// How long a cancelled statement may take to end before the connection is given up.
  private static let cancelPatience = Duration.seconds(5)

  /// Runs a statement and collects what it yields. To be called within a turn.
  ///
  /// - Parameter isCleanup: whether it must run even when the task is cancelled; it may not take long.
  /// - Throws: `AdaptorError`: the server's error, or 08006 when the connection was lost.
  func run(
    _ statement: Statement, isCleanup: Bool = false
  ) async throws(AdaptorError) -> [QueryResult] {
    guard let libpq else {
      throw DatabaseError.client(.connectionDoesNotExist, "there is no connection")
    }
    var run = StatementRun(libpq)
    if isCleanup { run.mustEnd(within: Self.cancelPatience) }
    if case .prepared(let name) = statement.route {
      try await prepare(statement, name, &run)
    }
    try statement.send(to: libpq)
    if !statement.keepsRows { PQsetSingleRowMode(libpq.pointer) }
    let results = try await collect(statement, &run)
    forgetTypes(after: results)
    return results
  }

  /// Has the server keep the statement under its name, unless it does.
  private func prepare(
    _ statement: Statement, _ name: String, _ run: inout StatementRun
  ) async throws(AdaptorError) {
    if let known = prepared[ExactKey(name)] {
      guard known.utf8.elementsEqual(statement.text.utf8) else {
        throw AdaptorError(
          .invalidArgument,
          "Prepared statements must be unique - '\(name)' was used for a different statement")
      }
      return
    }
    guard PQsendPrepare(run.libpq.pointer, name, statement.text, 0, nil) == 1 else {
      throw run.libpq.lostError
    }
    _ = try await collect(Statement(text: ""), &run)
    prepared[ExactKey(name)] = statement.text
  }

  /// Sends what is buffered and reads results until there are no more.
  private func collect(
    _ statement: Statement, _ run: inout StatementRun
  ) async throws(AdaptorError) -> [QueryResult] {
    var copyError: AdaptorError?
    try await flush(&run)
    var collector = ResultCollector(shape: statement.shape, keepsRows: statement.keepsRows)
    while true {
      while !run.isBroken, PQisBusy(run.libpq.pointer) == 1 { try await pause(for: .reading, &run) }
      guard let result = PQgetResult(run.libpq.pointer) else { break }
      let status = PQresultStatus(result)
      if !collector.add(result, status, run.libpq) { PQclear(result) }
      switch status {
      case PGRES_COPY_IN:
        copyError = try await copy(statement.input, &run)
      case PGRES_COPY_OUT: copyError = try await copy(to: statement.output, &run)
      default: break
      }
    }
    if let copyError { throw copyError }
    return try collector.finish()
  }

  /// Sends what `COPY … FROM STDIN` reads.
  ///
  /// - Returns: why the source failed; the server has been told then, and undoes the statement.
  private func copy(
    _ input: ByteStream?, _ run: inout StatementRun
  ) async throws(AdaptorError) -> AdaptorError? {
    guard let input else {
      PQputCopyEnd(run.libpq.pointer, "COPY FROM STDIN needs a source: use copyFrom")
      try await flush(&run)
      return nil
    }
    var failure: AdaptorError?
    while run.deadline == nil, !run.isBroken {
      let piece: [UInt8]
      do {
        guard let next = try await input.next() else { break }
        piece = next
      } catch {
        failure = error
        break
      }
      try await send(piece, &run)
    }
    let isWhole = failure == nil && run.deadline == nil
    PQputCopyEnd(run.libpq.pointer, isWhole ? nil : "it was given up on the other side")
    try await flush(&run)
    return failure
  }

  /// A piece goes to the server before the next is asked for.
  private func send(_ piece: [UInt8], _ run: inout StatementRun) async throws(AdaptorError) {
    let status = piece.withUnsafeBytes {
      PQputCopyData(
        run.libpq.pointer, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
    }
    guard status == 1 else { throw run.libpq.lostError }
    try await flush(&run)
  }

  /// A write that fails is not reported here: what the server said before it hung up tells more.
  func flush(_ run: inout StatementRun) async throws(AdaptorError) {
    while PQflush(run.libpq.pointer) == 1, !run.isBroken {
      try await pause(for: [.reading, .writing], &run)
    }
  }

  /// Rows of `COPY … TO STDOUT` that are handed on at a time, in bytes.
  private static let outputSize = 1 << 18

  /// Takes the rows of `COPY … TO STDOUT`; without a target they go nowhere, as with node-postgres.
  ///
  /// - Returns: why the target failed; the rest of the rows is dropped then.
  private func copy(
    to target: (any CopyTarget)?, _ run: inout StatementRun
  ) async throws(AdaptorError) -> AdaptorError? {
    var rows: [UInt8] = []
    while !run.isBroken {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(run.libpq.pointer, &row, 1)
      defer { if let row { PQfreemem(row) } }
      if length < 0 { break }
      if length == 0 { try await pause(for: .reading, &run) }
      guard let row, run.outputError == nil, target != nil else { continue }
      rows.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
      if rows.count >= Self.outputSize { await hand(&rows, to: target, &run) }
    }
    if !rows.isEmpty, run.outputError == nil { await hand(&rows, to: target, &run) }
    return run.outputError
  }

  private func hand(
    _ rows: inout [UInt8], to target: (any CopyTarget)?, _ run: inout StatementRun
  ) async {
    do throws(AdaptorError) {
      try await target?.take(rows)
    } catch {
      run.outputError = error
    }
    rows.removeAll(keepingCapacity: true)
  }

  /// Waits for the socket and takes in what has come.
  func pause(for interest: Interest, _ run: inout StatementRun) async throws(AdaptorError) {
    let wakeup = await wait(
      for: interest, on: run.libpq, until: run.deadline, heedsCancellation: run.deadline == nil)
    switch wakeup {
    case .ready(let ready):
      run.isBroken = ready.contains(.reading) && !run.libpq.takeIn()
    case .cancelled:
      run.mustEnd(within: Self.cancelPatience)
      await askToCancel(run.libpq)
    case .closed:
      await askToCancel(run.libpq)
      disconnect()
      throw DatabaseError.client(.connectionDoesNotExist, "the connection was closed")
    case .timedOut:
      disconnect()
      throw Self.cancelled
    }
  }

  /// Asks the server to cancel the statement; the answer arrives as the statement's error.
  private func askToCancel(_ libpq: Libpq) async {
    guard let request = PQgetCancel(libpq.pointer) else { return }
    let done = FirstAnswer<Void>()
    let sent = CancelRequest(pointer: request)
    // PQcancel connects and waits, so it has a thread of its own.
    let isRunning = DetachedThread.run {
      sent.send()
      done.answer(())
    }
    guard isRunning else { return sent.discard() }
    let timer = loop.schedule(after: Self.cancelPatience) { done.answer(()) }
    await done.wait()
    loop.cancel(timer)
  }
}

/// What is known of a statement that is running.
struct StatementRun {
  let libpq: Libpq
  /// Until when it must have ended, once it is cancelled; further cancelling changes nothing.
  private(set) var deadline: ContinuousClock.Instant?
  /// Why nobody takes the rows that come out any more.
  var outputError: AdaptorError?
  /// Whether the socket failed: libpq knows then how it ended.
  var isBroken = false

  init(_ libpq: Libpq) { self.libpq = libpq }

  mutating func mustEnd(within patience: Duration) { deadline = .now + patience }
}

/// A request to cancel, used by one thread once.
private struct CancelRequest: @unchecked Sendable {
  // @unchecked: libpq documents PQcancel as safe in another thread, and only that one has the
  // pointer.
  let pointer: OpaquePointer

  func send() {
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &message, Int32(message.count))
    discard()
  }

  func discard() { PQfreeCancel(pointer) }
}
