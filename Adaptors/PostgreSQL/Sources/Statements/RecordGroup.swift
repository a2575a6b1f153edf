/// Records with the same columns.
///
/// Records of a list are sorted out by their columns, so that a column a record does not have gets
/// its default (or keeps its value in an upsert) instead of somebody else's value.
struct RecordGroup: Sendable {
  let columns: [String]
  /// The values, record after record, in the order of `columns`.
  var cells: [Cell] = []
  /// Where each record stood in the list.
  var positions: [Int] = []

  init(columns: [String]) { self.columns = columns }

  /// The values of each record.
  var rows: some Sequence<ArraySlice<Cell>> {
    stride(from: 0, to: cells.count, by: max(columns.count, 1)).lazy.map {
      cells[$0..<($0 + columns.count)]
    }
  }
}
