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
  /// Statements that go to the server together when their turn comes, by turns.
  private var batches: [[PipelinedStatement]] = []
  /// Whether the last batch is the last in the queue, so that one more may join it.
  private var isBatchOpen = false
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
    if hasLostTransaction, statement.undoesTransaction {
      hasLostTransaction = false
      return [QueryResult(tag: "ROLLBACK")]
    }
    if isBusy, statement.mayJoinPipeline {
      return try await joinBatch(statement).answer.wait().get()
    }
    // The place is taken here: to call the actor once more would let others go first.
    return try await turn(at: place()) { (connection) throws(AdaptorError) in
      let results = try await connection.run(statement)
      if results.contains(where: { $0.command == "ROLLBACK" }), !statement.mentionsRollback {
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
    if isBusy, !needsTypes, insertion.groups.count == 1 {
      let joined = joinBatch(insertion.statements(.unknown)[0])
      return .combining(try await joined.answer.wait().get())
    }
    return try await turn(at: place()) { (connection) throws(AdaptorError) in
      let table = TableName(insertion.table)
      let types =
        !needsTypes
        ? .unknown
        : insertion.isMany
          ? try await connection.currentTypes(of: table)
          : try await connection.columnTypes(of: table)
      return try await connection.store(insertion, types)
    }
  }

  /// Ends the connection; a statement that is running is cancelled. The server undoes a transaction
  /// that was not committed.
  func close() async {
    isClosed = true
    pause?.answer(.closed)
    await place()?.wait()
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
    try await turn(at: place(), body)
  }

  private func turn<Value: Sendable>(
    at place: FirstAnswer<Void>?,
    _ body: @Sendable (isolated Connection) async throws(AdaptorError) -> Value
  ) async throws(AdaptorError) -> Value {
    await place?.wait()
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

  /// The next place in the queue, to be waited for; nil when nobody is before.
  ///
  /// It is taken before anything is awaited: even a continuation may let others go first.
  private func place() -> FirstAnswer<Void>? {
    guard isBusy else {
      isBusy = true
      return nil
    }
    isBatchOpen = false
    let place = FirstAnswer<Void>()
    queue.append(place)
    return place
  }

  /// Runs a statement together with those that wait just before it: one round trip for all. Each is a transaction of its
  /// own, as it would be alone, unless one is open.
  private func joinBatch(_ statement: Statement) -> PipelinedStatement {
    let joined = PipelinedStatement(statement)
    if isBatchOpen {
      batches[batches.count - 1].append(joined)
    } else {
      let place = place()
      batches.append([joined])
      isBatchOpen = true
      // In a task of its own, which nobody cancels: the others of the batch count on it.
      Task(executorPreference: loop) { await self.runBatch(at: place) }
    }
    return joined
  }

  private func runBatch(at place: FirstAnswer<Void>?) async {
    do throws(AdaptorError) {
      try await turn(at: place) { (connection) throws(AdaptorError) in
        await connection.run(connection.takeBatch())
      }
    } catch {
      for statement in takeBatch() { statement.answer.answer(.failure(error)) }
    }
  }

  private func takeBatch() -> [PipelinedStatement] {
    if batches.count == 1 { isBatchOpen = false }
    return batches.removeFirst()
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
    if mayCopy, insertion.goesByCopy(types) {
      return try await copy(insertion, types).inOrder(of: insertion)
    }
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
    let known = types
    let results = try await run(ColumnTypes.query(table))
    let found = ColumnTypes(rows: try RawJSON(results.first?.rows ?? []).parsed())
    types = known
    types[table] = found
    return found
  }

  /// The same, as they are now.
  func currentTypes(of table: TableName) async throws(AdaptorError) -> ColumnTypes {
    types[table] = nil
    return try await columnTypes(of: table)
  }

  /// A command that may have changed tables, or which of them a name means, makes what is known of them doubtful: a
  /// SELECT may call anything, and the end of a transaction ends its settings and temporary tables.
  func forgetTypes(after results: [QueryResult]) {
    let harmless = ["INSERT", "UPDATE", "DELETE", "BEGIN", "COPY"]
    if results.contains(where: { !harmless.contains($0.command ?? "") }) { types = [:] }
  }
}
