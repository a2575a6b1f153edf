import AdaptorCore
import Synchronization

/// Reading many rows list by list, while other statements run in between.
extension Connection {
  /// The rows of a query as a stream of JSON lists.
  ///
  /// They come through a cursor, in the transaction that is open or in one of its own, which ends with the stream.
  ///
  /// - Parameter count: rows a list.
  nonisolated func rows(of statement: Statement, count: Int) -> ByteStream {
    let cursor = Cursor(connection: self, statement: statement, count: count)
    return ByteStream(
      read: { try await cursor.next() }, stop: { cursor.abandon() }, mayReadAhead: false)
  }
}

/// A cursor (PostgreSQL manual, "DECLARE"), opened when it is first read.
private actor Cursor {
  private let connection: Connection
  private let statement: Statement
  private let count: Int
  private let name: String
  private var isOpen = false
  private var isDone = false
  /// Whether the cursor's transaction is its own and has not ended.
  private let ownsTransaction = Atomic(false)

  init(connection: Connection, statement: Statement, count: Int) {
    self.connection = connection
    self.statement = statement
    self.count = count
    name = "adaptor_cursor_\(UInt32.random(in: 0...UInt32.max))"
  }

  func next() async throws(AdaptorError) -> [UInt8]? {
    if isDone { return nil }
    do throws(AdaptorError) {
      if !isOpen { try await open() }
      var fetch = Statement(text: "FETCH FORWARD \(count) FROM \(name)")
      fetch.keepsRows = true
      let result = try await connection.execute(fetch)[0]
      if (result.rowCount ?? 0) < count { try await finish() }
      // Here, on the reader's thread: the loop's has the connection and the job to serve.
      return result.rowCount == 0 ? nil : result.kept?.json
    } catch {
      isDone = true
      abandon()
      throw error
    }
  }

  private func open() async throws(AdaptorError) {
    ownsTransaction.store(try await connection.beginUnlessOpen(), ordering: .relaxed)
    var declaration = statement
    declaration.text = "DECLARE \(name) NO SCROLL CURSOR FOR \(statement.text)"
    _ = try await connection.execute(declaration)
    isOpen = true
  }

  private func finish() async throws(AdaptorError) {
    isDone = true
    _ = try await connection.execute(Statement(text: "CLOSE \(name)"))
    guard ownsTransaction.exchange(false, ordering: .relaxed) else { return }
    _ = try await connection.execute(Statement(text: "COMMIT"))
  }

  /// Before the end: the cursor's own transaction is undone, before anything else runs on the connection. Another's
  /// takes the cursor with it when it ends.
  nonisolated func abandon() {
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
