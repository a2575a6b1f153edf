import AdaptorCore

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
      read: { try await cursor.next() }, stop: { Task { await cursor.close() } })
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
  private var ownsTransaction = false

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
      await close()
      throw error
    }
  }

  private func open() async throws(AdaptorError) {
    ownsTransaction = try await connection.beginUnlessOpen()
    var declaration = statement
    declaration.text = "DECLARE \(name) NO SCROLL CURSOR FOR \(statement.text)"
    _ = try await connection.execute(declaration)
    isOpen = true
  }

  private func finish() async throws(AdaptorError) {
    isDone = true
    _ = try await connection.execute(Statement(text: "CLOSE \(name)"))
    if ownsTransaction { _ = try await connection.execute(Statement(text: "COMMIT")) }
  }

  /// Before the end: what was done in the cursor's own transaction is undone.
  func close() async {
    guard !isDone else { return }
    isDone = true
    if ownsTransaction {
      _ = try? await connection.execute(Statement(text: "ROLLBACK"))
    } else if isOpen {
      _ = try? await connection.execute(Statement(text: "CLOSE \(name)"))
    }
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
