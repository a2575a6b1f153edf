import AdaptorCore

/// Storing a long list while it comes.
extension Connection {
  /// Stores all records or none, in one transaction: the one that is open, or its own.
  ///
  /// - Throws: `AdaptorError` with code `.database`, or what the list meets.
  func execute(_ parts: InsertionParts) async throws(AdaptorError) -> QueryResult {
    try await turn { (connection) throws(AdaptorError) in
      let types = try await connection.currentTypes(of: TableName(parts.first.table))
      return try await connection.inTransaction { (connection) throws(AdaptorError) in
        parts.first.goesByCopy(types)
          ? try await connection.copy(parts, types) : try await connection.insert(parts, types)
      }
    }
  }

  /// Stores many records by COPY, as a whole or not at all.
  func copy(_ insertion: Insertion, _ types: ColumnTypes) async throws(AdaptorError) -> QueryResult
  {
    try await inTransaction { (connection) throws(AdaptorError) in
      var stored = QueryResult.storing([])
      for group in insertion.groups {
        let part = InsertionParts(Insertion(insertion, groups: [group]))
        stored.add(try await connection.copy(part, types))
      }
      return stored
    }
  }

  private func copy(
    _ parts: InsertionParts, _ types: ColumnTypes
  ) async throws(AdaptorError) -> QueryResult {
    let known = self.types
    // Temporary tables say nothing about the others.
    defer { self.types = known }
    let rows = CopyParts(parts, types)
    let around = parts.first.statementsAroundCopy(rows.names)
    var results: [QueryResult] = []
    for statement in around.before { results += try await run(statement) }
    repeat {
      let copy = parts.first.copyStatement(rows.names, from: await rows.rows(), await rows.format)
      results += try await run(copy)
    } while await !rows.isDone
    for statement in around.after { results += try await run(statement) }
    try await confirm(types, of: TableName(parts.first.table))
    var stored = QueryResult.storing(results)
    for others in await rows.leftovers { stored.add(try await store(others, types)) }
    return stored
  }

  /// Binary rows are of the types that the columns had when they were asked for. COPY holds them since it began; another
  /// session may have changed them just before.
  private func confirm(_ types: ColumnTypes, of table: TableName) async throws(AdaptorError) {
    guard try await currentTypes(of: table) != types else { return }
    // Fails, so that nothing of the transaction can be committed, the job's own neither.
    _ = try? await run(Statement(text: "SELECT 1 / 0"))
    throw DatabaseError.client(
      .objectNotInPrerequisiteState,
      "the columns of \(table.quoted) were changed while records went there, so none was stored: try again"
    )
  }

  private func insert(
    _ parts: InsertionParts, _ types: ColumnTypes
  ) async throws(AdaptorError) -> QueryResult {
    var stored = try await store(parts.first, types)
    var count = parts.first.count
    while let part = try await parts.next(after: count) {
      count += part.count
      stored.add(try await store(part, types))
    }
    return stored
  }

  /// Runs `body` in the transaction that is open, or in one of its own.
  func inTransaction<Value: Sendable>(
    _ body: (isolated Connection) async throws(AdaptorError) -> Value
  ) async throws(AdaptorError) -> Value {
    guard libpq?.isInTransaction == false else { return try await body(self) }
    try await command("BEGIN")
    do throws(AdaptorError) {
      let value = try await body(self)
      try await command("COMMIT")
      return value
    } catch {
      await undo("ROLLBACK")
      throw error
    }
  }

  func command(_ text: String) async throws(AdaptorError) {
    _ = try await run(Statement(text: text))
  }

  /// Undoes what failed. That this fails too would be the same error again.
  func undo(_ text: String) async {
    guard libpq?.hasFailed == false else { return }
    _ = try? await run(Statement(text: text), isCleanup: true)
  }
}
