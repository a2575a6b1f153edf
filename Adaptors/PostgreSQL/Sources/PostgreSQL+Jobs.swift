import AdaptorCore

// The operations for Swift jobs, and one for other Swift code.
extension PostgreSQL {
  /// Runs one statement and returns its rows, a list of objects by column name.
  ///
  /// - Parameters:
  ///   - text: SQL with `$1`, `$2`, … where values go (PostgreSQL manual, 34.3).
  ///   - values: the parameters in their order, each as JSON.
  /// - Throws: `AdaptorError` with code `.database`; `details.code` is the SQLSTATE.
  public func query(_ text: String, values: [JSON] = []) async throws(AdaptorError) -> JSON {
    let statement = try Statement(query: ["text": .string(text)], values: values)
    return try RawJSON(try await execute(statement).last?.rows ?? []).parsed()
  }

  /// Runs SQL; the rows become the data.
  public func sql(_ text: Resolvable<String>, values: Resolvable<[JSON]> = []) -> Operation {
    operation("sql") { state in
      let options = QueryOptions(values: try values.resolve(state))
      return try await run(.string(try text.resolve(state)), options)
    }
  }

  /// Finds the value of `column` in the first row of `relation` that matches.
  ///
  /// - Parameters:
  ///   - conditions: the values to compare columns with.
  ///   - operators: the operators to compare them with, by column; `=` unless given.
  public func findValue(
    _ column: String, in relation: String, where conditions: Resolvable<JSONObject>,
    operators: [String: String] = [:]
  ) -> Operation {
    operation("findValue") { state in
      let operators = operators.map { JSONObject.Member(key: $0, value: .string($1)) }
      return try await find(
        ValueSearch(
          uuid: column, relation: relation, where: try conditions.resolve(state),
          operator: JSONObject(operators)))
    }
  }

  /// Adds a record to a table.
  public func insert(
    _ table: Resolvable<String>, _ record: Resolvable<JSONObject>, options: WriteOptions? = nil
  ) -> Operation {
    operation("insert") {
      try await insertRecord(try table.resolve($0), try record.resolve($0), options)
    }
  }

  /// Adds records to a table.
  public func insertMany(
    _ table: Resolvable<String>, _ records: Resolvable<[JSON]>, options: WriteOptions? = nil
  ) -> Operation {
    operation("insertMany") {
      try await insertRecords(
        try table.resolve($0), RawJSON(.array(try records.resolve($0))), options)
    }
  }

  /// Adds a record to a table, or updates the one that is there.
  ///
  /// - Parameter uuid: the column, columns or constraint that tell records apart.
  public func upsert(
    _ table: Resolvable<String>, _ uuid: String, _ record: Resolvable<JSONObject>,
    options: WriteOptions? = nil
  ) -> Operation {
    operation("upsert") {
      try await upsertRecord(try table.resolve($0), uuid, try record.resolve($0), options)
    }
  }

  /// Adds records to a table, or updates those that are there.
  ///
  /// - Parameter uuid: the column, columns or constraint that tell records apart.
  public func upsertMany(
    _ table: Resolvable<String>, _ uuid: String, _ records: Resolvable<[JSON]>,
    options: WriteOptions? = nil
  ) -> Operation {
    operation("upsertMany") {
      try await upsertRecords(
        try table.resolve($0), uuid, RawJSON(.array(try records.resolve($0))), options)
    }
  }

  /// Lists the columns of a table with their types.
  public func describeTable(_ table: Resolvable<String>) -> Operation {
    operation("describeTable") {
      try await define(.describing(try table.resolve($0)), nil, as: "describe")
    }
  }

  /// Makes a table.
  ///
  /// - Parameter columns: objects with `name`, `type`, `required`, `unique`, `identity`, `default`.
  public func insertTable(
    _ table: Resolvable<String>, _ columns: Resolvable<[JSON]>
  ) -> Operation {
    operation("insertTable") {
      try await makeTable(try table.resolve($0), try columns.resolve($0), nil)
    }
  }

  /// Adds columns to a table.
  ///
  /// - Parameter columns: objects with `name`, `type`, `required`, `identity`, `default`.
  public func modifyTable(
    _ table: Resolvable<String>, _ columns: Resolvable<[JSON]>
  ) -> Operation {
    operation("modifyTable") {
      try await extendTable(try table.resolve($0), try columns.resolve($0), nil)
    }
  }

  private func operation(
    _ name: String, _ body: @escaping @Sendable (State) async throws -> Outcome
  ) -> Operation {
    Operation(name) { try $0.next(try await body($0)) }
  }
}
