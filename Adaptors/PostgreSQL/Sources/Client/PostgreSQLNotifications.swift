import AdaptorCore

/// What sessions send to a channel, in its order.
public struct PostgreSQLNotifications: AsyncSequence, Sendable {
  /// A message.
  public struct Element: Sendable, Hashable {
    /// The channel.
    public let channel: String
    /// The text that came with it; empty when there was none.
    public let payload: String
    /// The process of the server that sent it.
    public let process: Int
  }

  private let owner: Owner

  init(_ connection: Connection) { owner = Owner(connection) }

  /// Begins to listen where the last iterator left off.
  public func makeAsyncIterator() -> Iterator { Iterator(owner: owner) }

  /// Waits for one message after the other.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let owner: Owner

    /// The next message; nil when the task was cancelled.
    ///
    /// - Throws: `AdaptorError` with code `.database` when the connection breaks.
    public mutating func next() async throws(AdaptorError) -> Element? {
      try await owner.connection.nextNotification()
    }
  }

  /// Ends the connection when nobody listens any more.
  fileprivate final class Owner: Sendable {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    deinit { Task { [connection] in await connection.close() } }
  }
}
