import AdaptorCore

/// What a statement yielded.
struct QueryResult: Sendable {
  /// The first word of the command: `SELECT`, `CREATE`; nil for an empty statement.
  var command: String?
  /// Rows that were returned or changed; nil for commands that have none.
  var rowCount: Int?
  /// PostgreSQL's number of an inserted row, which is always 0 today; nil but for `INSERT`.
  var oid: Int?
  var fields: [ResultField] = []
  /// JSON text, in the shape that the statement asked for.
  var rows = Array("[]".utf8)
  /// What values in the rows stand for.
  var types: [TypedPlace] = []
  /// The rows, where the statement wanted them as they are.
  var kept: KeptRows?

  /// - Parameter tag: the command tag of the server: `INSERT 0 5`, `SELECT 3`, `CREATE TABLE`.
  init(tag: String) {
    let words = tag.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    command = words.first.map(String.init)
    rowCount = numbers.last
    oid = numbers.count == 2 ? numbers.first : nil
  }

  /// The results of the same statement for several parts of the data, as one.
  static func combining(_ results: [QueryResult]) -> QueryResult {
    var combined = results.first ?? QueryResult(tag: "")
    for result in results.dropFirst() { combined.add(result) }
    return combined
  }

  /// The results of storing records by COPY, as INSERT would have told them.
  static func storing(_ results: [QueryResult]) -> QueryResult {
    let inserted = results.filter { $0.command == "INSERT" }
    let stored = inserted.isEmpty ? results.filter { $0.command == "COPY" } : inserted
    var result = QueryResult(tag: "INSERT 0 0")
    for one in stored { result.add(one) }
    return result
  }

  /// With the rows that came back in the order of the records, which went to the server by their columns.
  func inOrder(of insertion: Insertion) -> QueryResult {
    let positions = insertion.groups.flatMap(\.positions)
    guard insertion.returning != nil, insertion.groups.count > 1,
      let found = try? RawJSON(rows).parsed().elements, found.count == positions.count
    else { return self }
    var ordered = self
    let pairs = zip(positions, found).sorted { $0.0 < $1.0 }
    ordered.rows = JSON.array(pairs.map(\.1)).bytes()
    return ordered
  }

  /// Adds what another statement of the same kind stored.
  mutating func add(_ other: QueryResult) {
    rowCount = (rowCount ?? 0) + (other.rowCount ?? 0)
    if fields.isEmpty { (fields, types) = (other.fields, other.types) }
    guard other.rows.count > 2 else { return }
    // Two lists as JSON text become one.
    rows =
      rows.count > 2 ? rows.dropLast() + [UInt8(ascii: ",")] + other.rows.dropFirst() : other.rows
  }

  /// For the log.
  var summary: String {
    "\(command ?? "undefined") succeeded, rowCount: \(rowCount.map { "\($0)" } ?? "null")"
  }

  /// As node-postgres describes it, with rows given as null.
  var description: JSON {
    [
      "command": command.map(JSON.string) ?? .null, "rowCount": rowCount.map(JSON.int) ?? .null,
      "oid": oid.map(JSON.int) ?? .null, "rows": .null,
      "fields": .array(fields.map(\.description)),
    ]
  }

  /// The next state of an operation with one result: rows become the data and `result.rows`.
  var outcome: Outcome {
    .next(
      RawJSON(rows), additions: [("result", RawJSON(description))],
      dataPaths: [DataPath("result", "rows")], types: types(at: "data"))
  }

  /// The next state of several statements: `result` is a list and there is no data.
  static func outcome(of results: [QueryResult]) throws(AdaptorError) -> Outcome {
    var list: [JSON] = []
    var types: [TypedPlace] = []
    for result in results {
      types += result.types(at: "result", "\(list.count)", "rows")
      var description = result.description
      description["rows"] = try RawJSON(result.rows).parsed()
      list.append(description)
    }
    return .next(nil, additions: [("result", RawJSON(.array(list)))], types: types)
  }

  /// `types` for rows that are at a place of the state.
  func types(at path: String...) -> [TypedPlace] {
    types.map { TypedPlace(path + $0.path, $0.kind) }
  }
}
