import AdaptorCore
import CLibpq

/// Writes rows as JSON text as they arrive.
struct RowWriter {
  private struct Column {
    /// `"name":`
    let key: [UInt8]
    let type: ValueType
  }

  private let shape: Statement.RowShape
  private let columns: [Column]
  private var writer = ValueWriter()
  private(set) var count = 0

  init(_ fields: [ResultField], shape: Statement.RowShape) {
    self.shape = shape
    columns = fields.map {
      Column(key: JSON.string($0.name).bytes() + ":".utf8, type: ValueType(oid: $0.typeID))
    }
    if shape != .firstValue { writer.append("[") }
  }

  /// The JSON text of all rows.
  mutating func finish() -> [UInt8] {
    if shape != .firstValue {
      writer.append("]")
    } else if writer.output.isEmpty {
      writer.append("null")
    }
    return writer.output
  }

  /// Appends all rows of `result`.
  mutating func write(_ result: OpaquePointer) {
    for row in 0..<PQntuples(result) { write(result, row: row) }
  }

  private mutating func write(_ result: OpaquePointer, row: Int32) {
    defer { count += 1 }
    switch shape {
    case .objects:
      writer.append(count == 0 ? "{" : ",{")
      for (index, column) in columns.enumerated() {
        if index > 0 { writer.append(",") }
        writer.append(column.key)
        write(result, row, index)
      }
      writer.append("}")
    case .arrays:
      writer.append(count == 0 ? "[" : ",[")
      for index in columns.indices {
        if index > 0 { writer.append(",") }
        write(result, row, index)
      }
      writer.append("]")
    case .firstValue:
      if count == 0, !columns.isEmpty { write(result, row, 0) }
    }
  }

  private mutating func write(_ result: OpaquePointer, _ row: Int32, _ index: Int) {
    let column = Int32(index)
    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
      return writer.append("null")
    }
    let length = Int(PQgetlength(result, row, column))
    value.withMemoryRebound(to: UInt8.self, capacity: length) { start in
      writer.write(UnsafeBufferPointer(start: start, count: length), as: columns[index].type)
    }
  }
}
