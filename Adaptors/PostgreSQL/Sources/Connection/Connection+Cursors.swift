import AdaptorCore
import Synchronization

/// Reading many rows list by list, while other statements run in between.
extension Connection {
  /// The rows of a query as a stream of JSON lists.
  ///
  /// They come through a cursor, in the transaction that is open or in one of its own, which ends with the stream.
  /// Where that transaction ends with the stream, lists are fetched ahead: a row that cannot be computed then spoils
  /// nothing that could have been saved.
  ///
  /// - Parameters:
  ///   - count: rows a list.
  ///   - isForJob: whether a job file reads, which gives up the transaction that is open if it does not read to the
  ///     end; lists have their types beside them then.
  nonisolated func rows(
    of statement: Statement, count: Int, isForJob: Bool = false
  ) -> ByteStream {
    let cursor = Cursor(
      connection: self, statement: statement, count: count, isForJob: isForJob)
    return ByteStream(
      read: { try await cursor.next() }, stop: { cursor.abandon() },
      readAhead: isForJob ? .tentative : .never)
  }
}

/// A cursor (PostgreSQL manual, "DECLARE"), opened when it is first read.
private actor Cursor {
  private let connection: Connection
  private let statement: Statement
  private let count: Int
  private let name: String
  private let isForJob: Bool
  private var mayReadAhead: Bool
  private var isOpen = false
  private var isDone = false
  /// Why there are no more rows.
  private var failure: (any Error)?
  /// The list after the latest.
  private let upcoming = Mutex<Task<QueryResult, any Error>?>(nil)
  /// Whether the cursor's transaction is its own and has not ended.
  private let ownsTransaction = Atomic(false)
  private let isAbandoned = Atomic(false)

  init(connection: Connection, statement: Statement, count: Int, isForJob: Bool) {
    self.connection = connection
    self.statement = statement
    self.count = count
    self.isForJob = isForJob
    mayReadAhead = isForJob
    name = "adaptor_cursor_\(UInt32.random(in: 0...UInt32.max))"
  }

  func next() async throws -> [UInt8]? {
    if let failure { throw failure }
    if isDone { return nil }
    do {
      if !isOpen { try await open() }
      let result = try await (upcoming.withLock { $0 } ?? fetch()).value
      let isLast = (result.rowCount ?? 0) < count
      let ahead = mayReadAhead && !isLast ? fetch() : nil
      upcoming.withLock { $0 = ahead }
      if isLast { try await finish() }
      // Here, on the reader's thread: the loop's has the connection and the job to serve.
      guard result.rowCount != 0, let rows = result.kept else { return nil }
      return isForJob ? rows.typedJSON : rows.json
    } catch let error as AdaptorError where error.isOfAbortedTransaction {
      // Perhaps between an error of the reader's own and its way back to a savepoint. The cursor has not moved.
      upcoming.withLock { $0 = nil }
      throw error
    } catch {
      abandon()
      let explained = statement.explaining(
        AdaptorError.wrapping(error).movingPosition(by: -head.unicodeScalars.count),
        hidesMessage: !isForJob || statement.hasValues)
      failure = explained
      throw explained
    }
  }

  private var head: String { "DECLARE \(name) NO SCROLL CURSOR FOR " }

  private var declaration: Statement {
    var declaration = statement
    declaration.text = head + statement.text
    // What a text with several statements would not be.
    declaration.route = .single
    return declaration
  }

  private func fetch() -> Task<QueryResult, any Error> {
    var statement = Statement(text: "FETCH FORWARD \(count) FROM \(name)")
    statement.keepsRows = true
    return Task(executorPreference: connection.loop) { [statement] in
      try await self.execute(statement)[0]
    }
  }

  /// Not of the actor, which may be busy with the list before.
  private nonisolated func execute(_ statement: Statement) async throws(AdaptorError)
    -> [QueryResult]
  {
    try await connection.turn { (connection) throws(AdaptorError) in
      // When its turn comes, the transaction may be gone, or be another one.
      guard !self.isAbandoned.load(ordering: .relaxed) else { throw Connection.cancelled }
      return try await connection.run(statement)
    }
  }

  private func open() async throws(AdaptorError) {
    let isOwn = try await connection.beginUnlessOpen()
    ownsTransaction.store(isOwn, ordering: .relaxed)
    mayReadAhead = mayReadAhead || isOwn
    _ = try await execute(declaration)
    isOpen = true
  }

  private func finish() async throws(AdaptorError) {
    isDone = true
    _ = try await execute(Statement(text: "CLOSE \(name)"))
    guard ownsTransaction.exchange(false, ordering: .relaxed) else { return }
    _ = try await connection.execute(Statement(text: "COMMIT"))
  }

  /// Before the end: the cursor's own transaction is undone, before anything else runs on the connection. Another's
  /// takes the cursor with it when it ends.
  nonisolated func abandon() {
    isAbandoned.store(true, ordering: .relaxed)
    upcoming.withLock { $0?.cancel() }
    guard ownsTransaction.exchange(false, ordering: .relaxed) else { return }
    connection.rollBackFirst()
  }
}

extension Connection {
  /// - Returns: whether a transaction was begun.
  fileprivate func beginUnlessOpen() async throws(AdaptorError) -> Bool {
    try await turn { (connection) throws(AdaptorError) in
      guard connection.libpq?.isInTransaction == false else { return false }
      _ = try await connection.run(Statement(text: "BEGIN"))
      return true
    }
  }
}

extension AdaptorError {
  fileprivate var isOfAbortedTransaction: Bool {
    details["code"]?.string == SQLState.transactionAborted.rawValue
  }
}
