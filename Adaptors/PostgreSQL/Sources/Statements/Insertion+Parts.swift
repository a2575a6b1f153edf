import AdaptorCore

/// Some records of an insertion: those of one group, from one to another.
struct InsertionPart: Sendable {
  let group: Int
  let rows: Range<Int>

  /// Parts that leave alone the row that failed, so that it can be tried by itself; the last is tried first.
  ///
  /// - Parameter line: where it failed, from 1; nil: somewhere.
  func split(at line: Int?) -> [InsertionPart] {
    let bad = line.map { rows.lowerBound + $0 - 1 }
    guard let bad, rows.contains(bad) else {
      let middle = rows.lowerBound + rows.count / 2
      return [rest(from: middle), InsertionPart(group: group, rows: rows.lowerBound..<middle)]
    }
    let parts = [
      rest(from: bad + 1), InsertionPart(group: group, rows: bad..<(bad + 1)),
      InsertionPart(group: group, rows: rows.lowerBound..<bad),
    ]
    return parts.filter { !$0.rows.isEmpty }
  }

  private func rest(from first: Int) -> InsertionPart {
    InsertionPart(group: group, rows: first..<rows.upperBound)
  }
}

extension Insertion {
  /// All records in parts of a size, the first one last.
  func parts(of size: Int) -> [InsertionPart] {
    var parts: [InsertionPart] = []
    for (number, group) in groups.enumerated() {
      for start in stride(from: 0, to: group.count, by: size) {
        parts.append(
          InsertionPart(group: number, rows: start..<min(start + size, group.count)))
      }
    }
    return parts.reversed()
  }

  /// The same for these records alone.
  func only(_ part: InsertionPart) -> Insertion {
    Insertion(self, groups: [groups[part.group][part.rows]])
  }

  /// The first record of a part, and its place in the list.
  func record(of part: InsertionPart) -> (index: Int, data: JSON) {
    let group = groups[part.group]
    var record = JSONObject()
    for (column, cell) in zip(group.columns, group[part.rows.lowerBound]) {
      record[column] = cell.value(in: bytes)
    }
    return (group.positions[part.rows.lowerBound], .object(record))
  }
}
