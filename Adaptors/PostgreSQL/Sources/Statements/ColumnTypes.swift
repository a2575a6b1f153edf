import AdaptorCore

/// The types of a table's columns.
struct ColumnTypes: Sendable {
  private struct Column {
    let type: String
    let isArray: Bool
  }

  /// Of no table: every type is left to the server.
  static let unknown = ColumnTypes(rows: .null)

  private let columns: [String: Column]

  /// - Parameter rows: the answer to `query`.
  init(rows: JSON) {
    columns = Dictionary(
      rows.elements.map {
        ($0[0].string ?? "", Column(type: $0[1].string ?? "", isArray: $0[2].bool ?? false))
      }, uniquingKeysWith: { $1 })
  }

  /// The type to cast a text to, without the length or precision that the column demands: a cast
  /// would cut the value silently, the assignment reports it.
  func name(of column: Identifier) -> String? { columns[column.name]?.type }

  /// Whether the column holds PostgreSQL arrays.
  func isArray(_ column: Identifier) -> Bool { columns[column.name]?.isArray ?? false }

  /// Asks for the columns of `table`; no rows when there is no such table.
  static func query(_ table: TableName) -> Statement {
    // A type modifier of -1 gives the name of the type with any length: bpchar and not character,
    // which would mean character(1).
    Statement(
      text: """
        SELECT a.attname, format_type(a.atttypid, -1), t.typcategory = 'A' \
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
        WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
        """, parameters: [.text(table.quoted)], shape: .arrays)
  }
}
