import AdaptorCore

/// Records for a table: what `insert`, `insertMany` and the upserts do.
struct Insertion: Sendable {
  let table: String
  /// What an existing row is recognised by; nil: existing rows are an error.
  let conflict: ConflictTarget?
  /// Whether this is one record, whose columns are sorted, or a list.
  let isSingle: Bool
  let nulls: NullRule
  /// The JSON text that the cells are places of.
  let bytes: [UInt8]
  let groups: [RecordGroup]
  /// The columns by which MERGE recognises an existing row, without an index; nil: this is no MERGE.
  var mergeKeys: [Identifier]?
  /// The columns of the stored rows that are wanted back; nil: none.
  let returning: Returning?

  /// One record.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for a conflict target that is none.
  init(
    _ record: JSONObject, into table: String, conflict: String? = nil, nulls: NullRule,
    returning: Returning? = nil
  ) throws(AdaptorError) {
    let sorted = record.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
    try self.init(
      RawJSON([.object(JSONObject(sorted))]), table, conflict, nulls, returning, isSingle: true)
  }

  /// A list of records.
  ///
  /// - Throws: `AdaptorError` with code `.invalidArgument` for an element that is no record.
  init(
    _ records: RawJSON, into table: String, conflict: String? = nil, nulls: NullRule,
    returning: Returning? = nil
  ) throws(AdaptorError) {
    try self.init(records, table, conflict, nulls, returning, isSingle: false)
  }

  private init(
    _ records: RawJSON, _ table: String, _ conflict: String?, _ nulls: NullRule,
    _ returning: Returning?, isSingle: Bool
  ) throws(AdaptorError) {
    self.returning = returning
    self.table = table
    self.conflict = try conflict.map { (text) throws(AdaptorError) in try ConflictTarget(text) }
    self.isSingle = isSingle
    self.nulls = nulls
    bytes = records.bytes
    groups = try RecordReader.groups(of: records)
  }

  /// Another one that has some of its records.
  init(_ other: Insertion, groups: [RecordGroup]) {
    self.init(other, bytes: other.bytes, groups: groups)
  }

  /// Another one with other records.
  ///
  /// - Parameter position: where the first of them stands in the list that they are a part of.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for an element that is no record.
  init(
    _ other: Insertion, records: RawJSON, at position: Int
  ) throws(AdaptorError) {
    self.init(
      other, bytes: records.bytes, groups: try RecordReader.groups(of: records, at: position))
  }

  private init(_ other: Insertion, bytes: [UInt8], groups: [RecordGroup]) {
    (table, conflict, isSingle) = (other.table, other.conflict, other.isSingle)
    (nulls, mergeKeys, returning) = (other.nulls, other.mergeKeys, other.returning)
    self.bytes = bytes
    self.groups = groups
  }

  /// How many records there are.
  var count: Int { groups.lazy.map(\.count).reduce(0, +) }

  /// Whether some value is an array or object, which the column's type may tell how to write.
  var hasNested: Bool { groups.contains { $0.cells.contains { $0.kind == .nested } } }
}
