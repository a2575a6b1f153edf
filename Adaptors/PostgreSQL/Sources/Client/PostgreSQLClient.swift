import AdaptorCore

/// A client for programs that run no jobs: a few connections, made when they are needed and kept.
///
/// ```swift
/// let client = PostgreSQLClient(try .init(connectionString: "postgresql://job@db/clinic"))
/// for person in try await client.query("select * from people where site = \(site)") { … }
/// ```
public actor PostgreSQLClient {
  /// Where the server is and who connects.
  public nonisolated let configuration: PostgreSQL.Configuration
  private let limit: Int
  private let loop: EventLoop
  private var idle: [Connection] = []
  private var count = 0
  private var waiting: [FirstAnswer<Connection>] = []

  /// A client. Nothing is contacted before the first statement.
  ///
  /// - Parameters:
  ///   - connections: how many there are at most; who needs one more waits.
  ///   - loop: drives the sockets.
  public init(
    _ configuration: PostgreSQL.Configuration, connections: Int = 4,
    loop: EventLoop = .current ?? .shared
  ) {
    self.configuration = configuration
    limit = max(connections, 1)
    self.loop = loop
  }

  /// Runs a statement and returns its rows by column name.
  ///
  /// - Throws: `AdaptorError` with code `.database`; `details.code` is the SQLSTATE.
  public func query(_ sql: SQL) async throws -> [JSONObject] {
    try await withSession { try await $0.query(sql) }
  }

  /// Runs a statement.
  ///
  /// - Returns: how many rows it changed or gave; nil for a command that has none.
  /// - Throws: as `query`.
  @discardableResult
  public func execute(_ sql: SQL) async throws -> Int? {
    try await withSession { try await $0.execute(sql) }
  }

  /// Runs `body` in a transaction, and again when the server gives it up for another one (SQLSTATE 40001, 40P01).
  ///
  /// - Parameter attempts: how often it runs at most.
  /// - Throws: what `body` throws, or the error of the commit.
  public func transaction<Value: Sendable>(
    isolation: IsolationLevel? = nil, attempts: Int = 3,
    _ body: @Sendable (PostgreSQLSession) async throws -> Value
  ) async throws -> Value {
    try await withSession { session in
      var attempt = 1
      while true {
        do {
          return try await session.transaction(isolation: isolation, body)
        } catch let error as AdaptorError where attempt < attempts && error.isTransient {
          attempt += 1
        }
      }
    }
  }

  /// Runs `body` with a connection of its own, for what belongs together: temporary tables, settings, `rows`.
  public func withSession<Value: Sendable>(
    _ body: @Sendable (PostgreSQLSession) async throws -> Value
  ) async throws -> Value {
    let connection = await take()
    do {
      let value = try await body(PostgreSQLSession(connection: connection))
      give(connection)
      return value
    } catch {
      give(connection)
      throw error
    }
  }

  /// What other sessions send to a channel (PostgreSQL manual, "NOTIFY"), from now on, on a connection of its own.
  ///
  /// - Throws: `AdaptorError` with code `.database`.
  public func notifications(on channel: String) async throws -> PostgreSQLNotifications {
    let connection = Connection(configuration, loop: loop)
    _ = try await connection.execute(Statement(text: "LISTEN \(Identifier(channel).quoted)"))
    return PostgreSQLNotifications(connection)
  }

  /// Ends all connections that are not in use; what runs goes on.
  public func close() async {
    let closing = idle
    idle = []
    count -= closing.count
    for connection in closing { await connection.close() }
  }

  private func take() async -> Connection {
    if let connection = idle.popLast() { return connection }
    if count < limit {
      count += 1
      return Connection(configuration, loop: loop)
    }
    let given = FirstAnswer<Connection>()
    waiting.append(given)
    return await given.wait()
  }

  private func give(_ connection: Connection) {
    if waiting.isEmpty {
      idle.append(connection)
    } else {
      waiting.removeFirst().answer(connection)
    }
  }
}

extension AdaptorError {
  /// Whether the same transaction may well succeed next time (PostgreSQL manual, 13.5).
  fileprivate var isTransient: Bool {
    code == .database && ["40001", "40P01"].contains(details["code"]?.string ?? "")
  }
}
