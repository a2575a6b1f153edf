import AdaptorCore

// Many records by COPY (PostgreSQL manual, "COPY"): the server's fastest way in.
extension Insertion {
  /// From this number of records on COPY saves more than its round trips cost.
  private static let manyRecords = 100
  private static let temporaryTable = "pg_temp.adaptor_upsert"

  /// Whether these are enough for COPY.
  var isMany: Bool { count >= Self.manyRecords }

  /// Whether all records can go by COPY, and are enough for it.
  func goesByCopy(_ types: ColumnTypes) -> Bool {
    !isSingle && mergeKeys == nil && isMany
      && (conflict == nil ? returning == nil : types.mayMakeTemporaryTables)
      && groups.allSatisfy { types.takeCopies($0.columns.map { Identifier($0) }) }
  }

  /// What stores rows of these columns, in one transaction: what comes before and after the statements that copy
  /// them. What updates goes by way of a temporary table.
  func statementsAroundCopy(_ names: [Identifier]) -> (before: [Statement], after: [Statement]) {
    if conflict == nil { return ([], []) }
    let list = names.quotedList
    let make =
      "CREATE TEMPORARY TABLE \(Self.temporaryTable) ON COMMIT DROP AS "
      + "SELECT \(list) FROM \(TableName(table).quoted) WITH NO DATA"
    let store = "\(head(names)) SELECT \(list) FROM \(Self.temporaryTable)\(tail(names))"
    return (
      [Statement(text: make)],
      [Statement(text: store), Statement(text: "DROP TABLE \(Self.temporaryTable)")]
    )
  }

  /// `COPY … FROM STDIN`, into the table or the temporary one.
  func copyStatement(
    _ names: [Identifier], from rows: ByteStream, _ format: CopyEncoder.Format
  ) -> Statement {
    .copy(
      into: conflict == nil ? TableName(table).quoted : Self.temporaryTable, names, from: rows,
      options: format == .binary ? "WITH (FORMAT binary)" : "")
  }
}
