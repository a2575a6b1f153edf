import AdaptorCore

/// What `findValue` looks for.
struct ValueSearch: Decodable, Sendable {
  /// The column whose value is wanted.
  let uuid: String
  /// The table.
  let relation: String
  /// The values to compare columns with.
  let `where`: JSONObject?
  /// The operators to compare them with, by column; `=` unless given.
  let `operator`: JSONObject?

  /// The select statement, with every value bound.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for an operator that is none.
  func statement() throws(AdaptorError) -> Statement {
    var parameters: [BoundValue] = []
    var conditions: [String] = []
    for (column, value) in (`where` ?? [:]).map({ ($0.key, $0.value) }) {
      let comparison = try ComparisonOperator(`operator`?[column]?.string ?? "=")
      let right = Self.rightSide(value, comparison, &parameters)
      conditions.append("\(Identifier(exact: column).quoted) \(comparison.text) \(right)")
    }
    let filter = conditions.isEmpty ? "" : " where \(conditions.joined(separator: " and "))"
    return Statement(
      text: "select \(Identifier(exact: uuid).quoted) from \(TableName(exact: relation).quoted)"
        + filter, parameters: parameters, shape: .firstValue)
  }

  private static func rightSide(
    _ value: JSON, _ comparison: ComparisonOperator, _ parameters: inout [BoundValue]
  ) -> String {
    func bind(_ text: String) -> String {
      parameters.append(.text(text))
      return "$\(parameters.count)"
    }
    switch value {
    case .null: return "NULL"
    case .bool(let value) where comparison.takesWord: return value ? "TRUE" : "FALSE"
    case .array(let elements) where comparison.takesList:
      let items = elements.map { ValueText.column($0).map(bind) ?? "NULL" }
      return "(\(items.isEmpty ? "NULL" : items.joined(separator: ", ")))"
    default:
      let text = ValueText.column(value, as: .array(.plain)).map(bind) ?? "NULL"
      return comparison.takesList ? "(\(text))" : text
    }
  }
}
