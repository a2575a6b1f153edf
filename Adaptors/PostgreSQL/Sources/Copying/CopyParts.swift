import AdaptorCore

/// The rows of many parts as the input of COPY. Records with other columns are left for later.
actor CopyParts {
  /// Bytes that are made ready at a time.
  private static let pieceSize = 1 << 18

  private let parts: InsertionParts
  private let columns: [CopyEncoder.Column]
  /// The part that is being written, and its first record that has not been.
  private var part: Insertion
  private var row = 0
  /// How many records have come.
  private var count: Int
  private var hasBegun = false
  private var hasEnded = false
  /// Of the rows that come next: binary, until a value has no such form.
  private(set) var format: CopyEncoder.Format
  /// Whether every row has been written.
  private(set) var isDone = false
  /// Those with other columns.
  private(set) var leftovers: [Insertion] = []

  init(_ parts: InsertionParts, _ types: ColumnTypes) {
    self.parts = parts
    part = parts.first
    count = parts.first.count
    leftovers = Self.others(of: parts.first)
    columns = parts.first.groups[0].columns.map { types.copyColumn(Identifier($0)) }
    format = columns.allSatisfy { $0.binaryType != nil } ? .binary : .text
  }

  /// The columns of the rows.
  nonisolated var names: [Identifier] { parts.first.groups[0].columns.map { Identifier($0) } }

  /// The input of one COPY in the present format. It ends where another one has to go on in text.
  func rows() -> ByteStream {
    (hasBegun, hasEnded) = (false, false)
    return ByteStream(read: { try await self.next() }, stop: {})
  }

  private func next() async throws(AdaptorError) -> [UInt8]? {
    if hasEnded { return nil }
    var encoder = CopyEncoder(
      columns, parts.first.nulls, format, capacity: Self.pieceSize + 1 << 12)
    if !hasBegun { encoder.appendHeader() }
    hasBegun = true
    if try await hasRows() {
      row = encoder.append(part.groups[0], from: row, in: part.bytes, upTo: Self.pieceSize)
      // Neither at the end nor full: the next record is one for the server to read.
      hasEnded = row < part.groups[0].count && encoder.output.count < Self.pieceSize
    } else {
      (hasEnded, isDone) = (true, true)
    }
    if hasEnded {
      encoder.appendTrailer()
      format = .text
    }
    return encoder.output.isEmpty ? nil : encoder.output
  }

  private func hasRows() async throws(AdaptorError) -> Bool {
    while row == part.groups[0].count {
      guard let next = try await parts.next(after: count) else { return false }
      count += next.count
      if next.groups[0].columns.map({ Identifier($0) }) == names {
        (part, row) = (next, 0)
        leftovers += Self.others(of: next)
      } else {
        leftovers.append(next)
      }
    }
    return true
  }

  private static func others(of part: Insertion) -> [Insertion] {
    part.groups.count == 1 ? [] : [Insertion(part, groups: Array(part.groups.dropFirst()))]
  }
}
