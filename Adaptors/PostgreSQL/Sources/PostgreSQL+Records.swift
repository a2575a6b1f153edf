import AdaptorCore

// The arguments of the operations as statements; empty ones are skipped.
extension PostgreSQL {
  func insertRecord(
    _ table: String, _ record: JSONObject?, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let record, !record.isEmpty else { return skip("No records provided; skipping insert.") }
    return try await store(
      try Insertion(
        record, into: table, nulls: try NullRule(option: options?.setNull ?? .null),
        returning: try Returning(option: options?.returning)), options, as: "insert")
  }

  func insertRecords(
    _ table: String, _ records: RawJSON?, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let records, !records.isEmptyList else {
      return skip("No records provided; skipping insert.")
    }
    return try await store(
      try Insertion(
        records, into: table, nulls: try NullRule(option: options?.setNull ?? .null),
        returning: try Returning(option: options?.returning)), options, as: "insertMany")
  }

  func upsertRecord(
    _ table: String, _ uuid: String, _ record: JSONObject?, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let record, !record.isEmpty else { return skip("No records provided; skipping upsert.") }
    return try await store(
      try Insertion(
        record, into: table, conflict: uuid,
        nulls: try NullRule(option: options?.setNull ?? .null),
        returning: try Returning(option: options?.returning)), options, as: "upsert")
  }

  func upsertRecords(
    _ table: String, _ uuid: String, _ records: RawJSON?, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let records, !records.isEmptyList else {
      return skip("No records provided; skipping upsert.")
    }
    return try await store(
      try Insertion(
        records, into: table, conflict: uuid,
        nulls: try NullRule(option: options?.setNull ?? .null),
        returning: try Returning(option: options?.returning)), options, as: "upsert")
  }

  func makeTable(
    _ table: String, _ columns: [JSON]?, _ options: TableOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let columns, !columns.isEmpty else {
      return skip("No columns provided; skipping table creation.")
    }
    let definition = try TableDefinition.creating(table, try ColumnSpec.all(columns))
    return try await define(definition, options, as: "create")
  }

  func extendTable(
    _ table: String, _ columns: [JSON]?, _ options: TableOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let columns, !columns.isEmpty else {
      return skip("No columns provided; skipping table modification.")
    }
    let definition = try TableDefinition.extending(table, try ColumnSpec.all(columns))
    return try await define(definition, options, as: "modify")
  }
}

extension RawJSON {
  /// Whether this is nothing or a list of nothing. A longer text need not be parsed to know.
  fileprivate var isEmptyList: Bool {
    guard bytes.count < 16, let value = try? parsed() else { return false }
    return value == .null || value == []
  }
}
