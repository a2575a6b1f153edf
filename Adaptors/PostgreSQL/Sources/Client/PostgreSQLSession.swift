import AdaptorCore

/// One connection of a client: what runs on it runs one after another.
///
/// Every method throws `AdaptorError` with code `.database` and the SQLSTATE as `details.code`; values are not shown.
/// Cancelling the task cancels the statement on the server.
public struct PostgreSQLSession: Sendable {
  let connection: Connection

  /// Runs a statement and returns its rows by column name.
  public func query(_ sql: SQL) async throws(AdaptorError) -> [JSONObject] {
    let result = try await run(try sql.statement())
    return try RawJSON(result?.rows ?? []).parsed().elements.compactMap(\.object)
  }

  /// Runs a statement.
  ///
  /// - Returns: how many rows it changed or gave; nil for a command that has none.
  @discardableResult
  public func execute(_ sql: SQL) async throws(AdaptorError) -> Int? {
    try await run(try sql.statement())?.rowCount
  }

  /// Runs statements in one round trip, as a whole or not at all.
  ///
  /// - Returns: the rows of each by column name.
  public func pipeline(_ statements: [SQL]) async throws(AdaptorError) -> [[JSONObject]] {
    if statements.isEmpty { return [] }
    var prepared: [Statement] = []
    for sql in statements {
      var statement = try sql.statement()
      // A pipeline takes no text with several statements.
      statement.route = .single
      prepared.append(statement)
    }
    do throws(AdaptorError) {
      var rows: [[JSONObject]] = []
      for result in try await connection.pipeline(prepared) {
        rows.append(try RawJSON(result.rows).parsed().elements.compactMap(\.object))
      }
      return rows
    } catch {
      throw ErrorPrivacy.hidingValues(of: error, hidesMessage: true)
    }
  }

  /// The rows of a query, read through a cursor list by list.
  ///
  /// - Parameter batch: rows that are read at a time.
  public func rows(_ sql: SQL, batch: Int = 1000) throws(AdaptorError) -> PostgreSQLRows {
    PostgreSQLRows(connection.rows(of: try sql.statement(), count: max(batch, 1)))
  }

  /// Stores the rows of a text in COPY's format (PostgreSQL manual, "COPY").
  ///
  /// - Parameters:
  ///   - columns: those of the text, in its order; none: all of the table.
  ///   - options: what stands in `WITH (…)`, such as `FORMAT csv, HEADER true`; text of the program's own.
  /// - Returns: how many rows were stored.
  @discardableResult
  public func copy(
    into table: String, columns: [String] = [], from source: ByteStream, options: StaticString = ""
  ) async throws(AdaptorError) -> Int {
    let statement = Statement.copy(
      into: TableName(table).quoted, columns.map { Identifier($0) }, from: source,
      options: Self.clause(options))
    return try await run(statement)?.rowCount ?? 0
  }

  /// The rows of a table as text in COPY's format, while they arrive. Nothing is sent before the stream is read; until
  /// it has been read to its end, or cancelled, the session has no time for anything else.
  ///
  /// - Parameters:
  ///   - columns: those that are wanted, in this order; none: all.
  ///   - options: what stands in `WITH (…)`, such as `FORMAT csv, HEADER true`; text of the program's own.
  public func copy(
    outOf table: String, columns: [String] = [], options: StaticString = ""
  ) -> ByteStream {
    copy(TableName(table).quoted, columns.map { Identifier($0) }, options)
  }

  /// The rows of a query as text in COPY's format. As `copy(outOf:)`.
  ///
  /// - Parameter query: text of the program's own; COPY takes no parameters.
  public func copy(outOfQuery query: StaticString, options: StaticString = "") -> ByteStream {
    copy("(\(query))", [], options)
  }

  private func copy(
    _ source: String, _ columns: [Identifier], _ options: StaticString
  ) -> ByteStream {
    let pipe = CopyPipe()
    let statement = Statement.copy(
      outOf: source, columns, to: pipe, options: Self.clause(options))
    return pipe.stream { () throws(AdaptorError) in _ = try await run(statement) }
  }

  private static func clause(_ options: StaticString) -> String {
    options.utf8CodeUnitCount == 0 ? "" : "WITH (\(options))"
  }

  /// What `body` runs happens as a whole or not at all; inside of another transaction it is a savepoint.
  ///
  /// - Throws: what `body` throws, or the error of the commit.
  public func transaction<Value: Sendable>(
    isolation: IsolationLevel? = nil,
    _ body: @Sendable (PostgreSQLSession) async throws -> Value
  ) async throws -> Value {
    _ = try await connection.begin(isolation: isolation)
    do {
      let value = try await body(self)
      try await connection.commit()
      return value
    } catch {
      // The error of the statement tells more than one of the rollback.
      try? await connection.rollBack()
      throw error
    }
  }

  private func run(_ statement: Statement) async throws(AdaptorError) -> QueryResult? {
    do throws(AdaptorError) {
      return try await connection.execute(statement).last
    } catch {
      throw statement.explaining(error, hidesMessage: true)
    }
  }
}
