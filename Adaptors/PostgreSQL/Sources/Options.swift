import AdaptorCore

/// The options of `sql`.
struct QueryOptions: Decodable, Sendable {
  /// Whether the statement is added to `state.queries`.
  var writeSql: Bool?
  /// False: the statement is prepared and not executed.
  var execute: Bool?
  /// The parameters `$1`, `$2`, …
  var values: [JSON]?
}

/// The options of `describeTable`, `insertTable` and `modifyTable`.
struct TableOptions: Decodable, Sendable {
  /// Whether the statement is added to `state.queries`.
  var writeSql: Bool?
  /// False: the statement is prepared and not executed.
  var execute: Bool?
}

/// The options of the operations that store records.
public struct WriteOptions: Decodable, Sendable {
  /// Whether the statement is added to `state.queries`.
  public var writeSql: Bool?
  /// False: the statement is prepared and not executed.
  public var execute: Bool?
  /// Whether the log shows the values.
  public var logValues: Bool?
  /// The values that are stored as NULL: text, a list of texts, or `false` for none. Without it
  /// that is the text `undefined`.
  public var setNull: JSON?

  /// Options for Swift jobs; what is nil is as if it were not there.
  public init(
    writeSql: Bool? = nil, execute: Bool? = nil, logValues: Bool? = nil, setNull: JSON? = nil
  ) {
    self.writeSql = writeSql
    self.execute = execute
    self.logValues = logValues
    self.setNull = setNull
  }
}
