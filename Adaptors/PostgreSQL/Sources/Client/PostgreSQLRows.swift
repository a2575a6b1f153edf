import AdaptorCore

/// The rows of a query by column name, in their order.
public struct PostgreSQLRows: AsyncSequence, Sendable {
  private let lists: ByteStream

  init(_ lists: ByteStream) { self.lists = lists }

  /// Begins to read; rows can be read once.
  public func makeAsyncIterator() -> Iterator { Iterator(lists) }

  /// Hands out one row after the other.
  public struct Iterator: AsyncIteratorProtocol {
    private let lists: Lists
    private var rows: ArraySlice<JSON> = []

    fileprivate init(_ lists: ByteStream) { self.lists = Lists(lists) }

    /// The next row; nil after the last.
    ///
    /// - Throws: `AdaptorError` with code `.database`.
    public mutating func next() async throws(AdaptorError) -> JSONObject? {
      while rows.isEmpty {
        guard let list = try await lists.stream.next() else { return nil }
        rows = try RawJSON(list).parsed().elements[...]
      }
      return rows.popFirst()?.object
    }
  }

  /// Closes the cursor when nobody reads any more.
  private final class Lists: Sendable {
    let stream: ByteStream

    init(_ stream: ByteStream) { self.stream = stream }

    deinit { stream.cancel() }
  }
}
