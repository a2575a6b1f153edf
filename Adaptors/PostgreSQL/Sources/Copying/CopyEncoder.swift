import AdaptorCore

/// Writes records as COPY reads them (PostgreSQL manual, "COPY", "File Formats").
struct CopyEncoder {
  /// The form of rows: text, or what columns of known types receive without having to read it.
  enum Format: Sendable { case text, binary }

  /// A column of the rows.
  struct Column: Sendable {
    let form: ColumnForm
    let binaryType: BinaryType?
  }

  private static let header = Array("PGCOPY\n\u{FF}\r\n\0".unicodeScalars.map { UInt8($0.value) })

  private let columns: [Column]
  private let nulls: NullRule
  private let format: Format
  private(set) var output: [UInt8] = []

  init(_ columns: [Column], _ nulls: NullRule, _ format: Format, capacity: Int = 0) {
    self.columns = columns
    self.nulls = nulls
    self.format = format
    output.reserveCapacity(capacity)
  }

  /// Begins the input.
  mutating func appendHeader() {
    guard format == .binary else { return }
    output += Self.header
    // Flags, and the length of further fields.
    output.append(bigEndian: Int32(0))
    output.append(bigEndian: Int32(0))
  }

  /// Ends the input.
  mutating func appendTrailer() {
    if format == .binary { output.append(bigEndian: Int16(-1)) }
  }

  /// Appends records, in whole rows, until there is as much output as asked for.
  ///
  /// - Returns: the first record that was not written: there is enough output, or it has a value without a binary
  ///   form.
  mutating func append(
    _ group: RecordGroup, from first: Int, in bytes: [UInt8], upTo size: Int
  ) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      group.cells.withUnsafeBufferPointer { cells in
        var row = first
        while row < group.count, output.count < size {
          let start = output.count
          let cells = cells[(row * columns.count)..<((row + 1) * columns.count)]
          guard append(UnsafeBufferPointer(rebasing: cells), in: bytes) else {
            output.removeSubrange(start...)
            break
          }
          row += 1
        }
        return row
      }
    }
  }

  private mutating func append(
    _ row: UnsafeBufferPointer<Cell>, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    switch format {
    case .text:
      for index in row.indices {
        if index > 0 { output.append(UInt8(ascii: "\t")) }
        appendText(row[index], columns[index], in: bytes)
      }
      output.append(UInt8(ascii: "\n"))
      return true
    case .binary:
      output.append(bigEndian: Int16(row.count))
      return row.indices.allSatisfy { appendBinary(row[$0], columns[$0], in: bytes) }
    }
  }

  private mutating func appendText(
    _ cell: Cell, _ column: Column, in bytes: UnsafeBufferPointer<UInt8>
  ) {
    cell.withText(in: bytes, as: column.form) { text in
      guard let text, !nulls.matches(text) else { return output.append(contentsOf: "\\N".utf8) }
      if cell.isPlain { return output.append(contentsOf: text) }
      for byte in text {
        switch byte {
        case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
        case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): output.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\t"): output.append(contentsOf: "\\t".utf8)
        default: output.append(byte)
        }
      }
    }
  }

  private mutating func appendBinary(
    _ cell: Cell, _ column: Column, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    cell.withText(in: bytes, as: column.form) { text in
      guard let text, !nulls.matches(text) else {
        output.append(bigEndian: Int32(-1))
        return true
      }
      let start = output.count
      output.append(bigEndian: Int32(0))
      guard column.binaryType?.append(text, to: &output) == true else { return false }
      output.replace(at: start, with: Int32(output.count - start - 4).bigEndian)
      return true
    }
  }
}

extension Cell {
  /// Whether its text has no character that COPY would take for something else: JSON escapes those.
  fileprivate var isPlain: Bool { kind == .plainString || kind == .number }
}
