import AdaptorCore
import CLibpq
import Synchronization

/// A connection to a server, made at the first statement.
///
/// Statements run one after another, in the order in which they came. Everything happens on the
/// event loop and nothing blocks it.
actor Connection {
  /// Why a wait ended.
  enum Wakeup: Sendable {
    case ready(Interest)
    case cancelled, timedOut, closed
  }

  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  nonisolated let configuration: PostgreSQL.Configuration
  /// The connection itself, while there is one.
  var libpq: Libpq?
  /// The text of the statements that the server keeps, by name.
  var prepared: [ExactKey: String] = [:]
  /// What the running statement waits for.
  var pause: FirstAnswer<Wakeup>?
  var types: [TableName: ColumnTypes] = [:]
  /// Whether the connection was lost inside a transaction that the job has not ended yet.
  private var hasLostTransaction = false
  /// The transaction that the job is in, and the savepoints inside of it.
  var levels: [TransactionLevel] = []
  private var isBusy = false
  /// Statements that go to the server together when they have their turn.
  var pipeline: [PipelinedStatement] = []
  private(set) var isClosed = false
  private var queue: [FirstAnswer<Void>] = []
  /// Whether an abandoned transaction must be undone before anything else runs.
  private nonisolated let mustRollBack = Atomic(false)

  init(_ configuration: PostgreSQL.Configuration, loop: EventLoop) {
    self.configuration = configuration
    self.loop = loop
  }

  /// Runs a statement when those before it have ended.
  ///
  /// - Throws: `AdaptorError` with code `.database`.
  func execute(_ statement: Statement) async throws(AdaptorError) -> [QueryResult] {
    if hasLostTransaction, statement.endsTransaction(by: ["rollback", "abort"]) {
      hasLostTransaction = false
      return [QueryResult(tag: "ROLLBACK")]
    }
    if isBusy, statement.mayJoinPipeline { return try await joinPipeline(statement) }
    return try await turn { (connection) throws(AdaptorError) in
      let results = try await connection.run(statement)
      if results.last?.command == "ROLLBACK", statement.endsTransaction(by: ["commit", "end"]) {
        throw DatabaseError.client(
          .transactionAborted,
          "nothing was committed: a statement of the transaction had failed before")
      }
      return results
    }
  }

  /// Stores records. What needs several statements happens as a whole or not at all.
  ///
  /// - Throws: `AdaptorError` with code `.database`.
  func execute(_ insertion: Insertion) async throws(AdaptorError) -> QueryResult {
    let needsTypes = !insertion.isSingle || insertion.hasNested
    if !needsTypes, insertion.groups.count == 1 {
      return .combining(try await execute(insertion.statements(.unknown)[0]))
    }
    return try await turn { (connection) throws(AdaptorError) in
      let types =
        needsTypes ? try await connection.columnTypes(of: TableName(insertion.table)) : .unknown
      return try await connection.store(insertion, types)
    }
  }

  /// Ends the connection; a statement that is running is cancelled. The server undoes a transaction
  /// that was not committed.
  func close() async {
    isClosed = true
    pause?.answer(.closed)
    await takeTurn()
    disconnect()
    endTurn()
  }

  /// Forgets the connection and what belongs to it.
  func disconnect() {
    libpq = nil
    prepared = [:]
    types = [:]
  }

  // MARK: Turns

  func turn<Value: Sendable>(
    _ body: @Sendable (isolated Connection) async throws(AdaptorError) -> Value
  ) async throws(AdaptorError) -> Value {
    await takeTurn()
    defer { endTurn() }
    guard !isClosed else {
      throw DatabaseError.client(.connectionDoesNotExist, "the connection is closed")
    }
    if Task.isCancelled { throw Self.cancelled }
    guard !hasLostTransaction else {
      throw DatabaseError.client(
        .transactionAborted,
        "the connection was lost inside a transaction, which is undone: roll back and begin again")
    }
    if mustRollBack.exchange(false, ordering: .relaxed), libpq?.isInTransaction == true {
      _ = try? await run(Statement(text: "ROLLBACK"), isCleanup: true)
    }
    try await connectIfNeeded()
    let wasInTransaction = libpq?.isInTransaction == true
    defer {
      if libpq?.hasFailed ?? true {
        hasLostTransaction = wasInTransaction
        disconnect()
      }
    }
    return try await body(self)
  }

  /// Undoes the transaction that is open, before whatever runs next, and soon.
  nonisolated func rollBackFirst() {
    mustRollBack.store(true, ordering: .relaxed)
    Task { try? await self.turn { _ in } }
  }

  private func takeTurn() async {
    if !isBusy {
      isBusy = true
    } else {
      // In the queue before anything is awaited: even a continuation may let others go first.
      let turn = FirstAnswer<Void>()
      queue.append(turn)
      await turn.wait()
    }
  }

  private func endTurn() {
    if queue.isEmpty {
      isBusy = false
    } else {
      queue.removeFirst().answer(())
    }
  }

  static var cancelled: AdaptorError {
    DatabaseError.client(.queryCanceled, "the operation was cancelled")
  }

  // MARK: Within a turn

  func store(
    _ insertion: Insertion, _ types: ColumnTypes, mayCopy: Bool = true
  ) async throws(AdaptorError) -> QueryResult {
    if mayCopy, insertion.goesByCopy(types) { return try await copy(insertion, types) }
    let statements = insertion.statements(types)
    let results =
      statements.count == 1 ? try await run(statements[0]) : try await runTogether(statements)
    return .combining(results).inOrder(of: insertion)
  }

  /// Runs statements in one transaction: the one that is open, or their own.
  private func runTogether(_ statements: [Statement]) async throws(AdaptorError) -> [QueryResult] {
    try await inTransaction { (connection) throws(AdaptorError) in
      var results: [QueryResult] = []
      for statement in statements { results += try await connection.run(statement) }
      return results
    }
  }

  /// The types of a table's columns, asked for once.
  func columnTypes(of table: TableName) async throws(AdaptorError) -> ColumnTypes {
    if let known = types[table] { return known }
    let results = try await run(ColumnTypes.query(table))
    let found = ColumnTypes(rows: try RawJSON(results.first?.rows ?? []).parsed())
    types[table] = found
    return found
  }

  /// A command that may have changed tables makes what is known of them doubtful.
  func forgetTypes(after results: [QueryResult]) {
    let harmless = ["SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "COPY"]
    if results.contains(where: { !harmless.contains($0.command ?? "") }) { types = [:] }
  }
}
