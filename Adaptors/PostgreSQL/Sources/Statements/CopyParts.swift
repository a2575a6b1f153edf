import AdaptorCore

/// The rows of many parts as one input of COPY. Records with other columns are left for later.
actor CopyParts {
  private let parts: InsertionParts
  private let types: ColumnTypes
  private var current: ByteStream
  /// How many records have come.
  private var count: Int
  /// Those with other columns.
  private(set) var leftovers: [Insertion] = []

  init(_ parts: InsertionParts, _ types: ColumnTypes) {
    self.parts = parts
    self.types = types
    current = parts.first.copyText(of: parts.first.groups[0], types)
    count = parts.first.count
    leftovers = Self.others(of: parts.first)
  }

  /// The columns of the rows.
  nonisolated var columns: [String] { parts.first.groups[0].columns }

  nonisolated var rows: ByteStream { ByteStream(read: { try await self.next() }, stop: {}) }

  private func next() async throws(AdaptorError) -> [UInt8]? {
    while true {
      if let text = try await current.next() { return text }
      guard let part = try await parts.next(after: count) else { return nil }
      take(part)
    }
  }

  private func take(_ part: Insertion) {
    count += part.count
    let isAlike = part.groups[0].columns.elementsEqual(columns) { ExactKey($0) == ExactKey($1) }
    if isAlike {
      current = part.copyText(of: part.groups[0], types)
      leftovers += Self.others(of: part)
    } else {
      leftovers.append(part)
    }
  }

  private static func others(of part: Insertion) -> [Insertion] {
    part.groups.count == 1 ? [] : [Insertion(part, groups: Array(part.groups.dropFirst()))]
  }
}
