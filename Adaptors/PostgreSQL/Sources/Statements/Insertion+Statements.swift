import AdaptorCore

extension Insertion {
  /// More bytes than this go in several statements.
  private static let batchSize = 64 << 20

  /// What is executed. Several statements belong in one transaction.
  ///
  /// - Parameter types: the types of the table's columns; a list of records needs them.
  func statements(_ types: ColumnTypes) -> [Statement] {
    isSingle ? groups.map { single($0, types) } : groups.flatMap { batches($0, types) }
  }

  /// `INSERT INTO "t" ("a", "b") VALUES ($1, $2)`, with types that the server infers.
  private func single(_ group: RecordGroup, _ types: ColumnTypes) -> Statement {
    let names = group.columns.map { Identifier($0) }
    let placeholders = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let parameters = zip(names, group.cells).map { name, cell in
      withText(of: cell, as: types.form(of: name)) { text in
        text.map { BoundValue.text(String(decoding: $0, as: UTF8.self)) } ?? .null
      }
    }
    return Statement(
      text: "\(head(names)) VALUES (\(placeholders))\(tail(names))", parameters: parameters)
  }

  /// `INSERT INTO "t" ("a", "b") SELECT unnest($1::text[])::int4, unnest($2::text[])::text`: an
  /// array for each column, in one round trip.
  private func batches(_ group: RecordGroup, _ types: ColumnTypes) -> [Statement] {
    let names = group.columns.map { Identifier($0) }
    let text =
      mergeKeys.map { merge(names, by: $0, types) }
      ?? "\(head(names)) \(source(names, types))\(tail(names))"
    let forms = names.map(types.form(of:))
    var statements: [Statement] = []
    var arrays = names.map { _ in TextArray() }
    for row in group.rows {
      if arrays.lazy.map(\.size).reduce(0, +) > Self.batchSize {
        statements.append(Statement(text: text, parameters: arrays.map(BoundValue.texts)))
        arrays = names.map { _ in TextArray() }
      }
      for (column, cell) in row.enumerated() {
        withText(of: cell, as: forms[column]) { arrays[column].append($0) }
      }
    }
    return statements + [Statement(text: text, parameters: arrays.map(BoundValue.texts))]
  }

  /// Calls `body` with the text to store, nil for NULL.
  func withText<Result>(
    of cell: Cell, as form: ColumnForm, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer {
      cell.withText(in: $0, as: form) { text in
        body(text.flatMap { nulls.matches($0) ? nil : $0 })
      }
    }
  }

  func head(_ names: [Identifier]) -> String {
    "INSERT INTO \(TableName(table).quoted) (\(names.quotedList))"
  }

  /// Lists in the select list are walked in step; they all have the same length.
  private func source(_ names: [Identifier], _ types: ColumnTypes) -> String {
    let columns = names.enumerated().map { unnested($0, $1, types) }
    return "SELECT \(columns.joined(separator: ", "))"
  }

  /// `MERGE INTO "t" AS target USING (…) AS source ON …` (PostgreSQL 15 and later).
  private func merge(
    _ names: [Identifier], by keys: [Identifier], _ types: ColumnTypes
  ) -> String {
    let values = names.enumerated().map { index, name in
      "\(unnested(index, name, types)) AS \(name.quoted)"
    }
    let match = keys.map { "target.\($0.quoted) = source.\($0.quoted)" }
    let updates = names.filter { !keys.contains($0) }.map { "\($0.quoted) = source.\($0.quoted)" }
    let update = updates.isEmpty ? "DO NOTHING" : "UPDATE SET \(updates.joined(separator: ", "))"
    return "MERGE INTO \(TableName(table).quoted) AS target"
      + " USING (SELECT \(values.joined(separator: ", "))) AS source"
      + " ON \(match.joined(separator: " AND ")) WHEN MATCHED THEN \(update)"
      + " WHEN NOT MATCHED THEN INSERT (\(names.quotedList))"
      + " VALUES (\(names.map { "source.\($0.quoted)" }.joined(separator: ", ")))"
  }

  private func unnested(_ index: Int, _ name: Identifier, _ types: ColumnTypes) -> String {
    "unnest($\(index + 1)::text[])" + (types.name(of: name).map { "::\($0)" } ?? "")
  }

  func tail(_ names: [Identifier]) -> String {
    let returned = returning?.clause ?? ""
    guard let conflict else { return returned }
    let updates = names.map { "\($0.quoted)=excluded.\($0.quoted)" }.joined(separator: ", ")
    return " ON CONFLICT \(conflict.quoted) DO UPDATE SET \(updates)\(returned)"
  }
}
