import AdaptorCore

/// The options of `sql`.
struct QueryOptions: Decodable, Sendable {
  /// Whether the statement is added to `state.queries`.
  var writeSql: Bool?
  /// False: the statement is prepared and not executed.
  var execute: Bool?
  /// The parameters `$1`, `$2`, …
  var values: [JSON]?
  /// Whether errors show values.
  var logValues: Bool?
}

/// The options of `query`.
struct RowsOptions: Decodable, Sendable {
  /// The parameters `$1`, `$2`, …
  var params: [JSON]?
  /// False: the statement is not executed.
  var execute: Bool?
  /// Rows that are read at a time.
  var chunkSize: Int?
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
  /// Columns of the stored rows that become the data: a name, a list of names, or `*`.
  public var returning: JSON?
  /// `collect`: records that the server refuses are set aside in `state.rejected`.
  public var onError: ErrorHandling?
  /// How many records may be refused: a number, or a percentage such as `1%`; more fail the operation and store
  /// nothing. nil: any number.
  public var maxErrors: JSON?

  /// Whether something is done with the records but storing them.
  var needsWholeList: Bool {
    writeSql == true || logValues == true || onError != nil || returning != nil
  }

  /// What becomes of a record that the server refuses.
  public enum ErrorHandling: String, Decodable, Sendable { case collect }

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
