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

  /// How many records there are.
  var count: Int { positions.count }

  /// The values of a record.
  subscript(index: Int) -> ArraySlice<Cell> {
    cells[(index * columns.count)..<((index + 1) * columns.count)]
  }

  /// Some of the records.
  subscript(rows: Range<Int>) -> RecordGroup {
    var part = RecordGroup(columns: columns)
    part.cells = Array(
      cells[(rows.lowerBound * columns.count)..<(rows.upperBound * columns.count)])
    part.positions = Array(positions[rows])
    return part
  }

  /// The values of each record.
  var rows: some Sequence<ArraySlice<Cell>> {
    stride(from: 0, to: cells.count, by: max(columns.count, 1)).lazy.map {
      cells[$0..<($0 + columns.count)]
    }
  }
}
