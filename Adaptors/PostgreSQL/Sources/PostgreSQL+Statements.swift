import AdaptorCore

// What the operations do, for job files and for Swift jobs alike.
extension PostgreSQL {
  /// Runs SQL: text, or an object with `text`, `values`, `name` and `rowMode`.
  func run(_ query: JSON, _ options: QueryOptions?) async throws(AdaptorError) -> Outcome {
    let recorded = RawJSON(query)
    let statement = try Statement(query: query, values: options?.values)
    return try await perform(options?.writeSql, options?.execute, recorded) {
      () throws(AdaptorError) in
      let results = try await execute(statement, showsValues: options?.logValues ?? false)
      for result in results { context.log(.info, result.summary) }
      return results.count == 1 ? results[0].outcome : try QueryResult.outcome(of: results)
    }
  }

  /// The value of one column of the first row that matches, or null.
  func find(_ search: ValueSearch) async throws(AdaptorError) -> Outcome {
    context.log(.info, "Preparing to execute sql statement")
    let results = try await execute(try search.statement())
    for result in results { context.log(.info, result.summary) }
    let value = RawJSON(results.first?.rows ?? Array("null".utf8))
    return .next(
      value, additions: [("result", value)],
      types: results.first.map { $0.types(at: "data") + $0.types(at: "result") } ?? [])
  }

  /// Stores records.
  ///
  /// - Parameter name: the operation, for the log.
  func store(
    _ insertion: Insertion, _ options: WriteOptions?, as name: String
  ) async throws(AdaptorError) -> Outcome {
    try await store(insertion, options, as: name) { () throws(AdaptorError) in
      options?.onError == .collect
        ? try await collect(insertion, options)
        : stored(try await connection.execute(insertion))
    }
  }

  /// Stores records that come part by part.
  func store(
    _ parts: InsertionParts, _ options: WriteOptions?, as name: String
  ) async throws(AdaptorError) -> Outcome {
    try await store(parts.first, options, as: name) { () throws(AdaptorError) in
      stored(try await connection.execute(parts))
    }
  }

  private func stored(_ result: QueryResult) -> Outcome {
    context.log(.info, result.summary)
    return result.outcome
  }

  private func store(
    _ insertion: Insertion, _ options: WriteOptions?, as name: String,
    _ body: () async throws(AdaptorError) -> Outcome
  ) async throws(AdaptorError) -> Outcome {
    let shown = insertion.recordedText(showsValues: options?.logValues ?? false)
    context.log(.info, "Preparing to \(name) via: \(shown)")
    let recorded =
      options?.writeSql == true
      ? RawJSON(.string(insertion.recordedText(showsValues: true))) : RawJSON(.null)
    return try await perform(options?.writeSql, options?.execute, recorded) {
      () throws(AdaptorError) in
      do throws(AdaptorError) {
        return try await body()
      } catch {
        throw options?.logValues == true
          ? error : ErrorPrivacy.hidingValues(of: error, hidesMessage: true)
      }
    }
  }

  /// Stores records and sets those aside that the server refuses.
  private func collect(
    _ insertion: Insertion, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    let (result, rejections) = try await connection.store(
      insertion,
      settingAside: try Rejections(
        of: insertion.count, limit: options?.maxErrors, showsValues: options?.logValues ?? false))
    context.log(.info, result.summary)
    if !rejections.isEmpty { context.log(.warn, rejections.summary) }
    return rejections.json.reduce(result.outcome) { $0.appending(RawJSON($1), to: "rejected") }
  }

  /// Runs a statement; an error shows where it is wrong, and no values unless that is wanted.
  func execute(
    _ statement: Statement, showsValues: Bool = false
  ) async throws(AdaptorError) -> [QueryResult] {
    do throws(AdaptorError) {
      return try await connection.execute(statement)
    } catch {
      throw statement.explaining(error, hidesMessage: statement.hasValues, showsValues: showsValues)
    }
  }

  /// Makes, extends or describes a table.
  func define(
    _ definition: TableDefinition, _ options: TableOptions?, as purpose: String
  ) async throws(AdaptorError) -> Outcome {
    context.log(.info, "Preparing to \(purpose) table via: \(definition.recorded)")
    let recorded = RawJSON(.string(definition.recorded))
    return try await perform(options?.writeSql, options?.execute, recorded) {
      () throws(AdaptorError) in
      let results = try await execute(definition.statement)
      let result = QueryResult.combining(results)
      context.log(.info, result.summary)
      return result.outcome
    }
  }

  /// Leaves the state alone and says so.
  func skip(_ reason: String) -> Outcome {
    context.log(.info, reason)
    return .unchanged
  }

  /// Executes or not, and adds the statement to `state.queries` or not.
  private func perform(
    _ writesSQL: Bool?, _ executes: Bool?, _ recorded: RawJSON,
    _ body: () async throws(AdaptorError) -> Outcome
  ) async throws(AdaptorError) -> Outcome {
    let outcome: Outcome
    if executes == false {
      context.log(.info, "Not executing query; options.execute === false")
      context.log(.info, "Query not executed.")
      outcome = .unchanged
    } else {
      outcome = try await body()
    }
    guard writesSQL == true else { return outcome }
    context.log(.info, "Adding prepared SQL to state.queries array.")
    return outcome.appending(recorded, to: "queries")
  }
}
