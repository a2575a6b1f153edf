import AdaptorCore
import AdaptorPostgreSQL
import Testing

/// The client for programs without jobs, on a real server.
@Suite(.enabled(if: ScratchServer.shared != nil, ScratchServer.missing))
struct ClientTests {
  let client: PostgreSQLClient

  init() throws {
    let server = try #require(ScratchServer.shared)
    client = PostgreSQLClient(
      try .init(
        connectionString:
          "postgresql://\(server.user):\(server.password)@\(server.host):\(server.port)/\(server.database)"
      ), connections: 2)
  }

  @Test func interpolatedValuesAreBound() async throws {
    let name = "O'Brien'); drop table people; --"
    let rows = try await client.query(
      "select \(name) as a, \(7)::int as b, \(nil as String?)::text as c, \(name: "pg_class").relname from \(name: "pg_class") limit 1"
    )
    #expect(rows[0]["a"] == .string(name))
    #expect(rows[0]["b"] == 7)
    #expect(rows[0]["c"] == .null)
  }

  @Test func namesAreQuoted() {
    let sql: SQL = "select * from \(name: "a\"; drop table b; --") where c = \(1)"
    #expect(sql.text == #"select * from "a""; drop table b; --" where c = $1"#)
    #expect(sql.values == [1])
  }

  @Test func rowsAreReadInLists() async throws {
    let sum = try await client.withSession { session in
      var sum = 0
      for try await row in try session.rows("select generate_series(1, 2500) as n", batch: 100) {
        sum += row["n"]?.int ?? 0
      }
      return sum
    }
    #expect(sum == 2500 * 2501 / 2)
  }

  @Test func rowsThatAreLeftCloseTheirCursor() async throws {
    try await client.withSession { session in
      for try await _ in try session.rows("select generate_series(1, 2500) as n", batch: 10) {
        break
      }
      #expect(try await session.query("select 1 as one")[0]["one"] == 1)
    }
  }

  @Test func transactionsHappenAsAWhole() async throws {
    try await client.execute("create table if not exists client_t (id int primary key)")
    try await client.execute("truncate client_t")
    await #expect(throws: AdaptorError.self) {
      try await client.transaction { session in
        try await session.execute("insert into client_t values (\(1))")
        try await session.execute("insert into client_t values (\(1))")
      }
    }
    try await client.transaction(isolation: .serializable) { session in
      try await session.execute("insert into client_t values (\(2))")
      _ = try? await session.transaction { inner in
        try await inner.execute("insert into client_t values (\(3))")
        try await inner.execute("insert into client_t values (\(3))")
      }
    }
    #expect(try await client.query("select id from client_t") == [["id": 2]])
  }

  @Test func aTransactionThatLosesARaceRunsAgain() async throws {
    let attempts = Counter()
    let value = try await client.transaction { session in
      if await attempts.add() < 3 {
        try await session.execute(
          "do $$ begin raise exception 'race' using errcode = '40001'; end $$")
      }
      return await attempts.count
    }
    #expect(value == 3)
  }

  @Test func textIsCopiedIn() async throws {
    let rows = try await client.withSession { session in
      try await session.execute("create temp table client_c (id int, name text)")
      let text = ByteStream(Array("name,id\n\"a, b\",1\n".utf8))
      let count = try await session.copy(
        into: "client_c", columns: ["name", "id"], from: text,
        options: "FORMAT csv, HEADER true")
      #expect(count == 1)
      return try await session.query("select * from client_c")
    }
    #expect(rows == [["id": 1, "name": "a, b"]])
  }

  @Test func textIsCopiedOutWhileItIsRead() async throws {
    try await client.withSession { session in
      let stream = session.copy(
        outOfQuery: "select i, repeat('x', 100) from generate_series(1, 20000) i",
        options: "FORMAT csv")
      var lines = 0
      var pieces = 0
      while let piece = try await stream.next() {
        lines += piece.count { $0 == UInt8(ascii: "\n") }
        pieces += 1
      }
      #expect(lines == 20_000)
      #expect(pieces > 2)
      try await session.execute("create temp table client_o (id int, name text)")
      try await session.execute("insert into client_o values (\(1), \("a, b"))")
      let text = try await session.copy(
        outOf: "client_o", columns: ["name", "id"], options: "FORMAT csv, HEADER true"
      ).collect()
      #expect(String(decoding: text, as: UTF8.self) == "name,id\n\"a, b\",1\n")
    }
  }

  @Test func aCopyThatIsGivenUpLeavesTheSession() async throws {
    try await client.withSession { session in
      let stream = session.copy(outOfQuery: "select generate_series(1, 100000000)")
      let first = try await stream.next()
      #expect(first != nil)
      stream.cancel()
      let rows = try await session.query("select 1 as one")
      #expect(rows == [["one": 1]])
      await #expect(throws: AdaptorError.self) { try await stream.next() }
      let wrong = session.copy(outOf: "there is no such table")
      let error = await #expect(throws: AdaptorError.self) { try await wrong.next() }
      #expect(error?.details["code"] == "42P01")
    }
  }

  @Test func statementsThatWaitGoTogether() async throws {
    try await client.withSession { session in
      try await session.execute("create temp table client_w (id int primary key)")
      let outcomes = await withTaskGroup(of: Int?.self) { group in
        for number in 0..<200 {
          // Every tenth is refused, and spoils none of the others.
          let id = number % 10 == 9 ? 0 : number
          group.addTask { try? await session.execute("insert into client_w values (\(id))") }
        }
        return await group.reduce(into: [Int?]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == 1 } == 180)
      let rows = try await session.query("select count(*)::int as n from client_w")
      #expect(rows == [["n": 180]])
    }
  }

  @Test func aPipelineHappensAsAWhole() async throws {
    let rows = try await client.withSession { session in
      try await session.execute("create temp table client_p (id int primary key)")
      let inserts = (0..<2000).map { "insert into client_p values (\($0)) returning id" as SQL }
      let returned = try await session.pipeline(inserts)
      #expect(returned.count == 2000)
      #expect(returned[7] == [["id": 7]])
      let error = await #expect(throws: AdaptorError.self) {
        try await session.pipeline([
          "insert into client_p values (\(5000))", "insert into client_p values (\(1))",
          "insert into client_p values (\(5001))",
        ])
      }
      #expect(error?.details["code"] == "23505")
      return try await session.query("select count(*)::int as n from client_p")
    }
    #expect(rows == [["n": 2000]])
  }

  @Test func notificationsArrive() async throws {
    var messages = try await client.notifications(on: "news").makeAsyncIterator()
    try await client.execute("select pg_notify('news', \("hello"))")
    let message = try #require(try await messages.next())
    #expect(message.channel == "news")
    #expect(message.payload == "hello")
  }

  @Test func noMoreConnectionsThanAllowed() async throws {
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<12 {
        group.addTask {
          let rows = try await client.query(
            "select pg_sleep(0.02), pg_backend_pid() as pid")
          return rows[0]["pid"]?.int ?? 0
        }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(counts.count <= 2)
  }

  @Test func errorsShowThePlaceAndNoValue() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await client.query("select \("a-secret")::int")
    }
    #expect(error?.message == #"invalid input syntax for type integer: "[--REDACTED--]""#)
    let wrong = await #expect(throws: AdaptorError.self) { try await client.query("select nope") }
    #expect(wrong?.details["excerpt"] == "select nope\n       ^")
  }
}

private actor Counter {
  private(set) var count = 0

  func add() -> Int {
    count += 1
    return count
  }
}
