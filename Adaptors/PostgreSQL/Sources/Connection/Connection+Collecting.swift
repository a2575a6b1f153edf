import AdaptorCore

/// Storing records of which some may be refused.
extension Connection {
  /// Records that are tried at a time.
  private static let batchSize = 500

  /// Stores all records but those that the server refuses, in one transaction: the one that is open, or its own.
  ///
  /// - Throws: `AdaptorError` with code `.database` for anything but a refused record, and when too many are; then
  ///   nothing is stored.
  func store(
    _ insertion: Insertion, settingAside rejections: Rejections
  ) async throws(AdaptorError) -> (QueryResult, Rejections) {
    try await turn { (connection) throws(AdaptorError) in
      let types = try await connection.currentTypes(of: TableName(insertion.table))
      return try await connection.inTransaction { (connection) throws(AdaptorError) in
        try await connection.storeParts(of: insertion, types, rejections)
      }
    }
  }

  private func storeParts(
    of insertion: Insertion, _ types: ColumnTypes, _ before: Rejections
  ) async throws(AdaptorError) -> (QueryResult, Rejections) {
    var rejections = before
    var stored = QueryResult(tag: "INSERT 0 0")
    var parts = insertion.parts(of: Self.batchSize)
    while let part = parts.popLast() {
      try await command("SAVEPOINT adaptor_part")
      do throws(AdaptorError) {
        // An upsert by COPY would make a temporary table for each part.
        stored.add(
          try await store(insertion.only(part), types, mayCopy: insertion.conflict == nil))
        try await command("RELEASE SAVEPOINT adaptor_part")
      } catch {
        guard error.isAboutRecord, libpq?.hasFailed == false else { throw error }
        await undo("ROLLBACK TO SAVEPOINT adaptor_part")
        // Or each would be inside of the one before.
        try await command("RELEASE SAVEPOINT adaptor_part")
        if part.rows.count > 1 {
          parts += part.split(at: error.copyLine)
        } else {
          let (index, data) = insertion.record(of: part)
          try rejections.add(index, data, error)
        }
      }
    }
    return (stored, rejections)
  }
}

extension AdaptorError {
  /// Whether the server refuses a value or a row: data exceptions, violated constraints, a key that comes twice in one
  /// statement, views with a condition, and what functions of the database raise.
  fileprivate var isAboutRecord: Bool {
    let state = details["code"]?.string ?? ""
    return ["22", "23", "44", "P0", "54"].contains(state.prefix(2)) || state == "21000"
  }

  /// The line of COPY's input that failed, from 1: `COPY people, line 3, column age`.
  fileprivate var copyLine: Int? {
    guard let context = details["where"]?.string, context.hasPrefix("COPY "),
      let start = context.firstRange(of: ", line ")?.upperBound
    else { return nil }
    return Int(context[start...].prefix { $0.isNumber })
  }
}
