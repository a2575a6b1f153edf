import AdaptorCore

/// Transactions of the job's, one inside of the other.
extension Connection {
  /// Begins a transaction, or a savepoint inside of one.
  ///
  /// - Parameter isolation: `serializable`, `repeatable read` or `read committed`; nil: the server's default.
  /// - Returns: how deep it is, from 1.
  func begin(isolation: IsolationLevel?) async throws(AdaptorError) -> Int {
    try await turn { (connection) throws(AdaptorError) in
      let isOpen = connection.libpq?.isInTransaction == true
      if !isOpen { connection.levels = [] }
      let level: TransactionLevel =
        isOpen ? .savepoint("adaptor_\(connection.levels.count + 1)") : .transaction
      let text = isOpen ? level.begin : level.begin + (isolation?.clause ?? "")
      _ = try await connection.run(Statement(text: text))
      connection.levels.append(level)
      return connection.levels.count
    }
  }

  /// Ends the innermost level, and keeps what it did.
  func commit() async throws(AdaptorError) {
    guard let level = levels.last else {
      throw DatabaseError.client(.transactionAborted, "there is no transaction to commit any more")
    }
    guard libpq?.isInTransaction != false else {
      levels = []
      throw DatabaseError.client(
        .noActiveTransaction,
        "a statement of the transaction has ended it: what came after happened by itself")
    }
    _ = try await execute(Statement(text: level.commit))
    levels.removeLast()
  }

  /// Undoes the innermost level.
  func rollBack() async throws(AdaptorError) {
    guard let level = levels.popLast() else { return }
    for text in level.rollback { _ = try await execute(Statement(text: text)) }
  }
}

/// A transaction, or a savepoint inside of one (PostgreSQL manual, 3.4).
enum TransactionLevel: Sendable {
  case transaction
  case savepoint(String)

  var begin: String {
    switch self {
    case .transaction: "BEGIN"
    case .savepoint(let name): "SAVEPOINT \(name)"
    }
  }

  var commit: String {
    switch self {
    case .transaction: "COMMIT"
    case .savepoint(let name): "RELEASE SAVEPOINT \(name)"
    }
  }

  var rollback: [String] {
    switch self {
    case .transaction: ["ROLLBACK"]
    case .savepoint(let name): ["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"]
    }
  }
}
