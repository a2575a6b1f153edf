import AdaptorCore

extension Insertion {
  /// The statement as `state.queries` and the log show it: OpenFn's text, with names as the job
  /// wrote them. It is not what is executed.
  ///
  /// - Parameter showsValues: false puts `[--REDACTED--]` in their place.
  func recordedText(showsValues: Bool) -> String {
    let columns = allColumns
    if let mergeKeys {
      let keys = mergeKeys.map(\.name).joined(separator: ", ")
      return "MERGE INTO \(table) (\(columns.joined(separator: ", "))) ON (\(keys));"
    }
    let head = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
    return head + (showsValues ? values(columns) : "[--REDACTED--]") + tail(columns) + ";"
  }

  /// The columns of all records, in the order of the first.
  private var allColumns: [String] {
    var seen: Set<ExactKey> = []
    return groups.flatMap(\.columns).filter { seen.insert(ExactKey($0)).inserted }
  }

  private func values(_ columns: [String]) -> String {
    if isSingle {
      return "(\(Literal.list(groups.flatMap { $0.cells.map(value) }, separator: ",")))"
    }
    var texts: [(position: Int, text: String)] = []
    for group in groups {
      let places = columns.map { column in
        group.columns.firstIndex { ExactKey($0) == ExactKey(column) }
      }
      for (row, position) in zip(group.rows, group.positions) {
        let literals = places.map { place in
          place.map { Literal.list([value(row[row.startIndex + $0])], separator: "") } ?? "DEFAULT"
        }
        texts.append((position, "(\(literals.joined(separator: ", ")))"))
      }
    }
    return texts.sorted { $0.position < $1.position }.map(\.text).joined(separator: ", ")
  }

  private func value(_ cell: Cell) -> JSON {
    let isNull = bytes.withUnsafeBufferPointer {
      cell.withText(in: $0, as: .plain) { $0.map(nulls.matches) ?? true }
    }
    return isNull ? .null : cell.value(in: bytes)
  }

  private func tail(_ columns: [String]) -> String {
    guard let conflict else { return "" }
    let updates = columns.map { "\($0)=excluded.\($0)" }.joined(separator: ", ")
    return "\n        ON CONFLICT \(conflict.recorded)\n        DO UPDATE SET \(updates)"
  }
}
