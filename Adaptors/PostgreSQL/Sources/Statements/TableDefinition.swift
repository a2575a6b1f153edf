import AdaptorCore

/// A statement that makes or extends a table.
struct TableDefinition: Sendable {
  /// OpenFn's text, for the log and `state.queries`.
  let recorded: String
  /// What is executed.
  let statement: Statement

  /// `CREATE TABLE`.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for a column that is none.
  static func creating(_ table: String, _ columns: [ColumnSpec]) throws(AdaptorError) -> Self {
    let definitions = columns.map { $0.recordedText(withUnique: true) }.joined(separator: ", ")
    var executed: [String] = []
    for column in columns { executed.append(try column.executedText(withUnique: true)) }
    let (words, name) = TableName.withWords(["IF NOT EXISTS"], table)
    return TableDefinition(
      recorded: "CREATE TABLE \(table) (\n        \(definitions)\n      );",
      statement: Statement(
        text: "CREATE TABLE \(words)\(TableName(name).quoted) (\(executed.joined(separator: ", ")))"
      ))
  }

  /// `ALTER TABLE … ADD COLUMN`.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for a column that is none.
  static func extending(_ table: String, _ columns: [ColumnSpec]) throws(AdaptorError) -> Self {
    let additions = columns.map { "ADD COLUMN \($0.recordedText(withUnique: false))" }
    var executed: [String] = []
    for column in columns {
      executed.append("ADD COLUMN \(try column.executedText(withUnique: false))")
    }
    let (words, name) = TableName.withWords(["IF EXISTS ONLY", "IF EXISTS", "ONLY"], table)
    return TableDefinition(
      recorded: "ALTER TABLE \(table) \(additions.joined(separator: ", "));",
      statement: Statement(
        text: "ALTER TABLE \(words)\(TableName(name).quoted) \(executed.joined(separator: ", "))"))
  }

  /// The columns of a table from the information schema, which names them in their exact spelling.
  static func describing(_ table: String) -> Self {
    let names = TableName(exact: table).parts.map(\.name)
    let schema = names.count > 1 ? " AND table_schema=$2" : ""
    return TableDefinition(
      recorded: """
        SELECT column_name, udt_name, is_nullable
                FROM information_schema.columns
                WHERE table_name='\(table)';
        """,
      statement: Statement(
        text: "SELECT column_name, udt_name, is_nullable FROM information_schema.columns "
          + "WHERE table_name=$1\(schema) ORDER BY table_schema, ordinal_position",
        parameters: names.reversed().prefix(2).map(BoundValue.text)))
  }
}
