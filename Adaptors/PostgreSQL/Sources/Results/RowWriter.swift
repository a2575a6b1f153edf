import AdaptorCore
import CLibpq

/// Writes rows as JSON text as they arrive.
struct RowWriter {
  private struct Column {
    let name: String
    /// Where `,"name":` stands in `keys`.
    let key: Range<Int>
    let type: ValueType
    var hasSpecialNumbers = false

    var kind: TypedPlace.Kind? { hasSpecialNumbers ? .number : type.kind }
  }

  private let shape: Statement.RowShape
  private var columns: [Column]
  /// In one piece, so that a value costs no counting of references.
  private let keys: [UInt8]
  private var writer: ValueWriter
  private(set) var count = 0

  /// - Parameter countsMilliseconds: see `ValueWriter`.
  init(_ fields: [ResultField], shape: Statement.RowShape, countsMilliseconds: Bool = false) {
    writer = ValueWriter(countsMilliseconds: countsMilliseconds)
    self.shape = shape
    var keys: [UInt8] = []
    columns = fields.map { field in
      let start = keys.count
      keys += ",".utf8 + JSON.string(field.name).bytes() + ":".utf8
      return Column(
        name: field.name, key: start..<keys.count, type: ValueType(oid: field.typeID))
    }
    self.keys = keys
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

  /// What the values written so far stand for, by their places below the result.
  var types: [TypedPlace] {
    columns.enumerated().compactMap { index, column in
      column.kind.map { TypedPlace(place(of: column.name, index), $0) }
    }
  }

  /// The same by column; nil where they are what their JSON is.
  var kinds: [TypedPlace.Kind?] { columns.map(\.kind) }

  /// The columns, from the left.
  var names: [String] { columns.map(\.name) }

  private func place(of name: String, _ index: Int) -> [String] {
    switch shape {
    case .objects: ["*", name]
    case .arrays, .values: ["*", "\(index)"]
    case .firstValue: []
    }
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
      let keys = keys
      for index in columns.indices {
        let key = columns[index].key
        keys.withUnsafeBufferPointer {
          writer.append(UnsafeBufferPointer(rebasing: $0[index == 0 ? key.dropFirst() : key]))
        }
        write(result, row, index)
      }
      writer.append("}")
    case .values:
      for index in columns.indices {
        if index > 0 || count > 0 { writer.append(",") }
        write(result, row, index)
      }
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
    let length = Int(PQgetlength(result, row, column))
    guard length > 0 || PQgetisnull(result, row, column) == 0,
      let value = PQgetvalue(result, row, column)
    else { return writer.append("null") }
    value.withMemoryRebound(to: UInt8.self, capacity: length) { start in
      writer.write(UnsafeBufferPointer(start: start, count: length), as: columns[index].type)
    }
    if writer.hasSpecialNumber { noteSpecialNumber(index) }
  }

  private mutating func noteSpecialNumber(_ index: Int) {
    columns[index].hasSpecialNumbers = true
    writer.forgetSpecialNumber()
  }
}
