import AdaptorCore

extension PostgreSQL {
  /// The operations of job files. Their rows become `data`; `result` and `queries` of the state say
  /// more.
  public static let operations: [OperationDefinition<PostgreSQL>] = [
    OperationDefinition(
      "sql", "Runs SQL; the rows become the data.", effect: .writes, valueDepth: 2,
      Parameter<JSON>("query", "SQL text, or an object with text, values, name and rowMode"),
      Parameter<QueryOptions?>("options", "values, writeSql, execute, logValues")
    ) { postgresql, query, options in try await postgresql.run(query, options) },

    OperationDefinition(
      "findValue", "Finds the value of one column in the first row that matches.", effect: .reads,
      valueDepth: 2,
      Parameter<ValueSearch>("filter", "uuid (the column), relation, where, operator")
    ) { postgresql, search in try await postgresql.find(search) },

    OperationDefinition(
      "insert", "Adds a record to a table.", effect: .writes, valueDepth: 1,
      table,
      record,
      writeOptions
    ) { try await $0.insertRecord($1, $2, $3) },

    OperationDefinition(
      "insertMany", "Adds records to a table.", effect: .writes, valueDepth: 2,
      table,
      records,
      writeOptions
    ) { try await $0.insertRecords($1, $2, $3) },

    OperationDefinition(
      "upsert", "Adds a record to a table, or updates the one that is there.",
      effect: .writesIdempotently, valueDepth: 1,
      table,
      uuid,
      record,
      writeOptions
    ) { try await $0.upsertRecord($1, $2, $3, $4) },

    OperationDefinition(
      "upsertIf", "Does what upsert does if a condition holds.", effect: .writesIdempotently,
      valueDepth: 1,
      Parameter<JSON?>("logical", "the condition"),
      table,
      uuid,
      record,
      writeOptions
    ) { postgresql, condition, table, uuid, record, options in
      guard condition?.isTruthy == true else {
        return postgresql.skip("Skipping upsert for \(uuid).")
      }
      return try await postgresql.upsertRecord(table, uuid, record, options)
    },

    OperationDefinition(
      "upsertMany", "Adds records to a table, or updates those that are there.",
      effect: .writesIdempotently, valueDepth: 2,
      table,
      uuid,
      records,
      writeOptions
    ) { try await $0.upsertRecords($1, $2, $3, $4) },

    OperationDefinition(
      "describeTable", "Lists the columns of a table with their types.", effect: .reads,
      Parameter<String>("table", "table in its exact spelling, perhaps with its schema"),
      tableOptions
    ) { try await $0.define(.describing($1), $2, as: "describe") },

    OperationDefinition(
      "insertTable", "Makes a table.", effect: .writes,
      table,
      Parameter<[JSON]?>("columns", "name, type, required, unique, identity, default of each"),
      tableOptions
    ) { try await $0.makeTable($1, $2, $3) },

    OperationDefinition(
      "modifyTable", "Adds columns to a table.", effect: .writes,
      table,
      Parameter<[JSON]?>("columns", "name, type, required, identity, default of each"),
      tableOptions
    ) { try await $0.extendTable($1, $2, $3) },

    OperationDefinition(
      "mergeMany", "Does what upsertMany does by MERGE, which needs no unique index.",
      effect: .writesIdempotently, valueDepth: 2,
      table,
      Parameter<String>("uuid", "column or columns that tell records apart"),
      records,
      Parameter<WriteOptions?>("options", "setNull, execute, logValues, onError, maxErrors")
    ) { try await $0.mergeRecords($1, $2, $3, $4) },

    OperationDefinition(
      "copyFrom", "Stores the rows of a text, a stream or a file.", effect: .writes,
      table,
      Parameter<JSON?>("source", "text or a stream; null with the option file"),
      Parameter<CopyOptions?>(
        "options", "format, header, delimiter, null, columns, file, execute, logValues")
    ) { try await $0.copyFrom($1, $2, $3) },

    OperationDefinition(
      "copyTo", "Reads a table or a query as text.", effect: .reads,
      Parameter<String>("source", "a table, or the SQL of a query"),
      Parameter<CopyOptions?>(
        "options", "format, header, delimiter, null, columns, saveAs, execute")
    ) { try await $0.copyTo($1, $2) },

    OperationDefinition(
      "util.begin", "Begins a transaction, or a savepoint inside of one.", effect: .writes,
      Parameter<IsolationLevel?>("isolation", "serializable, repeatable read or read committed")
    ) { .next(RawJSON(.int(try await $0.connection.begin(isolation: $1)))) },

    OperationDefinition("util.commit", "Ends what util.begin began.", effect: .writes) {
      try await $0.connection.commit()
      return .unchanged
    },

    OperationDefinition("util.rollback", "Undoes what came after util.begin.", effect: .writes) {
      try await $0.connection.rollBack()
      return .unchanged
    },

    OperationDefinition(
      "util.rows", "Makes data a stream of the rows of a query, as query reads it.", effect: .reads,
      valueDepth: 2,
      Parameter<String>("query", "SQL that gives rows"),
      Parameter<RowsOptions?>("options", "params, chunkSize")
    ) { postgresql, query, options in
      let statement = try Statement(query: .string(query), values: options?.params ?? [])
      let count = options?.chunkSize ?? 1000
      guard (1...1_000_000).contains(count) else {
        throw AdaptorError(
          .invalidArgument, "chunkSize is a whole number from 1 to 1000000, found \(count)")
      }
      return .next(postgresql.connection.rows(of: statement, count: count, isForJob: true))
    },
  ]

  private static let table = Parameter<String>("table", "table, perhaps with its schema")
  private static let uuid = Parameter<String>(
    "uuid", "column, columns or ON CONSTRAINT name that tell records apart")
  private static let record = Parameter<JSONObject?>("record", "values by column")
  private static let records = Parameter<RawJSON?>(
    "records", "list of objects, each with values by column", mayComeInParts: true)
  private static let writeOptions = Parameter<WriteOptions?>(
    "options", "setNull, writeSql, execute, logValues, returning, onError, maxErrors")
  private static let tableOptions = Parameter<TableOptions?>("options", "writeSql, execute")
}
