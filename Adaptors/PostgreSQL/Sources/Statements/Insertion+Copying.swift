import AdaptorCore
import Synchronization

// Many records by COPY (PostgreSQL manual, "COPY"): the server's fastest way in.
extension Insertion {
  /// From this number of records on COPY saves more than its round trips cost.
  private static let manyRecords = 100
  /// Bytes that are made ready at a time.
  private static let pieceSize = 1 << 18

  /// Whether all records can go by COPY, and are enough for it.
  func goesByCopy(_ types: ColumnTypes) -> Bool {
    !isSingle && mergeKeys == nil && count >= Self.manyRecords
      && (returning == nil || conflict != nil)
      && groups.allSatisfy { types.takeCopies($0.columns.map { Identifier($0) }) }
  }

  /// What is executed, in one transaction.
  func copyStatements(_ types: ColumnTypes) -> [Statement] {
    groups.flatMap { copyStatements(columns: $0.columns, rows: copyText(of: $0, types)) }
  }

  /// What stores rows of these columns. What updates goes by way of a temporary table.
  ///
  /// - Parameter rows: text in COPY's format.
  func copyStatements(columns: [String], rows: ByteStream) -> [Statement] {
    let names = columns.map { Identifier($0) }
    let list = names.quotedList
    let target = TableName(table).quoted
    let temporary = "pg_temp.adaptor_upsert"
    if conflict == nil { return [.copy(into: target, names, from: rows)] }
    return [
      Statement(
        text: "CREATE TEMPORARY TABLE \(temporary) ON COMMIT DROP AS "
          + "SELECT \(list) FROM \(target) WITH NO DATA"),
      .copy(into: temporary, names, from: rows),
      Statement(text: "\(head(names)) SELECT \(list) FROM \(temporary)\(tail(names))"),
      Statement(text: "DROP TABLE \(temporary)"),
    ]
  }

  /// The records in COPY's text format.
  func copyText(of group: RecordGroup, _ types: ColumnTypes) -> ByteStream {
    let areArrays = group.columns.map { types.isArray(Identifier($0)) }
    let next = Mutex(0)
    return ByteStream(
      read: {
        let text = next.withLock { copyText(of: group, areArrays, from: &$0) }
        return text.isEmpty ? nil : text
      }, stop: {})
  }

  private func copyText(of group: RecordGroup, _ areArrays: [Bool], from row: inout Int) -> [UInt8]
  {
    var text: [UInt8] = []
    text.reserveCapacity(Self.pieceSize + 1 << 12)
    while row < group.count, text.count < Self.pieceSize {
      for (column, cell) in group[row].enumerated() {
        if column > 0 { text.append(UInt8(ascii: "\t")) }
        withText(of: cell, isArrayColumn: areArrays[column]) {
          Self.append($0, isPlain: cell.isPlain, to: &text)
        }
      }
      text.append(UInt8(ascii: "\n"))
      row += 1
    }
    return text
  }

  private static func append(
    _ value: UnsafeBufferPointer<UInt8>?, isPlain: Bool, to text: inout [UInt8]
  ) {
    guard let value else { return text.append(contentsOf: "\\N".utf8) }
    if isPlain { return text.append(contentsOf: value) }
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): text.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): text.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): text.append(contentsOf: "\\t".utf8)
      default: text.append(byte)
      }
    }
  }
}

extension Cell {
  /// Whether its text has no character that COPY would take for something else: JSON escapes those.
  fileprivate var isPlain: Bool { kind == .plainString || kind == .number }
}
