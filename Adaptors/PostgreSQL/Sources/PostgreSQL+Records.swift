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
    return try await store(records, into: table, options, as: "insertMany")
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
    return try await store(records, into: table, conflict: uuid, options, as: "upsert")
  }

  func mergeRecords(
    _ table: String, _ uuid: String, _ records: RawJSON?, _ options: WriteOptions?
  ) async throws(AdaptorError) -> Outcome {
    guard let records, !records.isEmptyList else {
      return skip("No records provided; skipping merge.")
    }
    let whole = try await context.stream(of: records)?.wholeList() ?? records
    var insertion = try Insertion(
      whole, into: table, nulls: try NullRule(option: options?.setNull ?? .null))
    insertion.mergeKeys = Self.names(uuid).map { Identifier($0.trimmed) }
    return try await store(insertion, options, as: "merge")
  }

  /// The columns of `a, b`, perhaps in parentheses.
  private static func names(_ text: String) -> [String] {
    var list = text.trimmed
    if list.hasPrefix("("), list.hasSuffix(")") { list = String(list.dropFirst().dropLast()) }
    return list.split(at: ",", outside: .quotes)
  }

  /// Stores a list, part by part if it comes so.
  private func store(
    _ records: RawJSON, into table: String, conflict: String? = nil, _ options: WriteOptions?,
    as name: String
  ) async throws(AdaptorError) -> Outcome {
    let nulls = try NullRule(option: options?.setNull ?? .null)
    let returning = try Returning(option: options?.returning)
    func insertion(_ records: RawJSON) throws(AdaptorError) -> Insertion {
      try Insertion(records, into: table, conflict: conflict, nulls: nulls, returning: returning)
    }
    guard let parts = context.stream(of: records) else {
      return try await store(try insertion(records), options, as: name)
    }
    if options?.needsWholeList == true {
      return try await store(try insertion(try await parts.wholeList()), options, as: name)
    }
    guard let list = try await InsertionParts(parts, ProgressLog(context), insertion) else {
      return .unchanged
    }
    return try await store(list, options, as: name)
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
