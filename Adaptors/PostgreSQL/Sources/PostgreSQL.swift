import AdaptorCore

/// Reads and writes tables of a PostgreSQL server, through libpq.
///
/// The connection is made at the first statement and kept until `close`. Values are bound to
/// parameters and names are put in quotes, so that nothing in a job's data is read as SQL.
///
/// ```swift
/// let postgresql = PostgreSQL(configuration: .init(host: "db", database: "clinic", user: "job"))
/// let job = Job {
///   postgresql.sql("select id, name from patients where site = $1", values: ["A"])
///   postgresql.upsertMany("people", "id", .state { $0.data.elements })
/// }
/// ```
public struct PostgreSQL: Adaptor {
  /// OpenFn's PostgreSQL adaptor, whose version its behaviour follows.
  public static let manifest = AdaptorManifest(
    name: "postgresql", version: "8.1.2",
    summary: "Reads and writes tables of a PostgreSQL database.",
    initialState: ["references": [], "data": .null, "queries": []],
    commonOperations: [
      "alterState", "arrayToString", "as", "assert", "combine", "cursor", "dataPath", "dataValue",
      "dateFns", "each", "field", "fields", "fn", "fnIf", "group", "lastReferenceValue", "log",
      "merge", "sourceValue", "transaction", "query",
    ], isOpenedOnce: true)

  let connection: Connection
  let context: AdaptorContext

  /// An adaptor for a server. Nothing is contacted before the first statement.
  public init(configuration: Configuration, context: AdaptorContext = AdaptorContext()) {
    connection = Connection(configuration, loop: context.loop)
    self.context = context
  }

  /// Ends the connection. The server undoes a transaction that was not committed.
  public func close() async { await connection.close() }
}
