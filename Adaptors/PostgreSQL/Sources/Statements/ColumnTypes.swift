import AdaptorCore

/// The types of a table's columns.
struct ColumnTypes: Sendable, Equatable {
  private struct Column: Equatable {
    let type: String
    let form: ColumnForm
    let binaryType: BinaryType?
    /// Whether COPY does to it what INSERT does.
    let takesCopies: Bool
  }

  /// Of no table: every type is left to the server.
  static let unknown = ColumnTypes(rows: .null)

  private let columns: [Identifier: Column]
  /// Whether the user may make temporary tables here.
  let mayMakeTemporaryTables: Bool

  /// - Parameter rows: the answer to `query`.
  init(rows: JSON) {
    mayMakeTemporaryTables = rows[0][5].bool ?? false
    columns = Dictionary(
      rows.elements.map {
        (
          Identifier(stored: $0[0].string ?? ""),
          Column(
            type: $0[1].string ?? "",
            form: ColumnForm(type: $0[1].string ?? "", isArray: $0[2].bool ?? false),
            binaryType: $0[4].int.flatMap(BinaryType.init), takesCopies: $0[3].bool ?? false)
        )
      }, uniquingKeysWith: { $1 })
  }

  /// The type to cast a text to, without the length or precision that the column demands: a cast
  /// would cut the value silently, the assignment reports it.
  func name(of column: Identifier) -> String? { columns[column]?.type }

  /// What the column makes of lists and objects.
  func form(of column: Identifier) -> ColumnForm { columns[column]?.form ?? .plain }

  /// Whether COPY stores these columns as INSERT would.
  func takeCopies(_ columns: [Identifier]) -> Bool {
    columns.allSatisfy { self.columns[$0]?.takesCopies ?? false }
  }

  /// How COPY's rows hold values of the column.
  func copyColumn(_ column: Identifier) -> CopyEncoder.Column {
    CopyEncoder.Column(form: form(of: column), binaryType: columns[column]?.binaryType)
  }

  /// Asks for the columns of `table`; no rows when there is no such table.
  static func query(_ table: TableName) -> Statement {
    // A type modifier of -1 gives the name of the type with any length: bpchar and not character,
    // which would mean character(1). A domain is the type below it: a cast to the domain would cut, too.
    // Rules, row security and columns that the server fills mean something else to COPY; columns that older
    // servers do not have are asked for by way of JSON.
    Statement(
      text: """
        SELECT a.attname, (WITH RECURSIVE base(oid) AS (SELECT t.oid UNION ALL SELECT d.typbasetype FROM base \
        JOIN pg_catalog.pg_type d ON d.oid = base.oid AND d.typtype = 'd') SELECT format_type(base.oid, -1) \
        FROM base JOIN pg_catalog.pg_type b ON b.oid = base.oid AND b.typtype <> 'd'), t.typcategory = 'A', \
        c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT c.relrowsecurity \
        AND coalesce(to_jsonb(a)->>'attidentity', '') <> 'a' \
        AND coalesce(to_jsonb(a)->>'attgenerated', '') = '', a.atttypid, \
        has_database_privilege(current_database(), 'TEMP') \
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
        WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
        """, parameters: [.text(table.quoted)], shape: .arrays)
  }
}
