import AdaptorCore

/// A long list of records that comes part by part.
struct InsertionParts: Sendable {
  /// The first part; its columns are those that most records have.
  let first: Insertion
  private let rest: ByteStream
  private let progress: ProgressLog?

  /// A list that is there as a whole.
  init(_ only: Insertion) {
    first = only
    rest = ByteStream([])
    progress = nil
  }

  /// - Throws: `AdaptorError` with code `.invalidArgument` for an element that is no record.
  init?(
    _ parts: ByteStream, _ progress: ProgressLog,
    _ make: (RawJSON) throws(AdaptorError) -> Insertion
  ) async throws(AdaptorError) {
    guard let bytes = try await parts.next() else { return nil }
    first = try make(RawJSON(bytes))
    rest = parts
    self.progress = progress
  }

  /// The part after those with so many records, for the same table.
  ///
  /// - Throws: `AdaptorError`, as `init`.
  func next(after count: Int) async throws(AdaptorError) -> Insertion? {
    progress?.note("\(first.table): \(count) records so far")
    guard let bytes = try await rest.next() else { return nil }
    return try Insertion(first, records: RawJSON(bytes), at: count)
  }
}

extension ByteStream {
  /// All parts as one list.
  func wholeList() async throws(AdaptorError) -> RawJSON {
    var list = Array("[".utf8)
    while let part = try await next() {
      if list.count > 1 { list.append(UInt8(ascii: ",")) }
      list += part.dropFirst().dropLast()
    }
    return RawJSON(list + "]".utf8)
  }
}
