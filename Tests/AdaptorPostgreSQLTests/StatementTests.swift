import AdaptorCore
import AdaptorPostgreSQL
import AdaptorTesting
import Testing

/// What statements do, on a real server. Every test uses tables of its own.
@Suite(.enabled(if: ScratchServer.shared != nil, ScratchServer.missing))
struct StatementTests {
  let server: ScratchServer
  let tester: OperationTester<PostgreSQL>

  init() throws {
    server = try #require(ScratchServer.shared)
    tester = try server.tester()
  }

  @Test func storesManyRowsInOneRoundTrip() async throws {
    try await tester.rows(
      "create temp table many (id int primary key, name varchar(20), at timestamptz)")
    let records: [JSON] = (0..<10_000).map {
      ["id": .int($0), "name": "O'Brien \($0)", "at": "2024-01-01T00:00:00.000Z"]
    }
    for _ in 0..<2 {
      let state = try await tester.run("upsertMany", ["many", "id", .array(records)])
      #expect(state["result"]["rowCount"] == 10_000)
      #expect(state["result"]["command"] == "INSERT")
    }
    let found = try await tester.rows(
      "select count(*)::int as n, max(name) as name, min(at) as at from many")
    #expect(found == [["n": 10_000, "name": "O'Brien 9999", "at": "2024-01-01T00:00:00.000Z"]])
  }

  @Test func missingColumnsGetTheirDefaults() async throws {
    try await tester.rows("create temp table d (id int primary key, a text default 'x', b text)")
    let records: JSON = [["id": 1], ["id": 2, "a": .null], ["id": 3, "b": "z", "a": "y"]]
    _ = try await tester.run("insertMany", ["d", records])
    _ = try await tester.run("upsertMany", ["d", "id", [["id": 3, "a": "q"]]])
    #expect(
      try await tester.rows("select * from d order by id") == [
        ["id": 1, "a": "x", "b": .null], ["id": 2, "a": .null, "b": .null],
        ["id": 3, "a": "q", "b": "z"],
      ])
  }

  @Test func recordsOfSeveralKindsAreStoredTogetherOrNotAtAll() async throws {
    try await tester.rows("create temp table w (id int primary key, a text)")
    let error = await tester.failure("insertMany", ["w", [["id": 1], ["id": 1, "a": "twice"]]])
    #expect(error?.details["code"] == "23505")
    #expect(error?.details["constraint"] == "w_pkey")
    #expect(error?.details["detail"] == "Key (id)=([--REDACTED--]) already exists.")
    #expect(try await tester.rows("select * from w") == [])
  }

  @Test func tooLongTextIsAnErrorInEveryWay() async throws {
    try await tester.rows("create temp table l (v varchar(3), c char(3))")
    for (operation, value) in [("insert", ["v": "abcd"]), ("insertMany", [["v": "abcd"]])]
      as [(String, JSON)]
    {
      #expect(await tester.failure(operation, ["l", value])?.details["code"] == "22001")
    }
    _ = try await tester.run("insertMany", ["l", [["v": "abc", "c": "abc"]]])
    #expect(try await tester.rows("select * from l") == [["v": "abc", "c": "abc"]])
  }

  @Test(arguments: ["insert", "insertMany"])
  func valuesOfEveryKind(operation: String) async throws {
    try await tester.rows(
      """
      create temp table k (n numeric, b bool, j jsonb, t text, o json, l int[], s text[], y bytea,
      z text, u uuid, i interval, m char(2), q bit(3))
      """)
    let record: JSON = [
      "n": 1e21, "b": true, "j": [1, ["a": "it's"]], "t": ["b": 1, "a": [true]], "o": ["k": .null],
      "l": [1, .null], "s": ["a,b", "c\"d\\", .null], "y": ["type": "Buffer", "data": [0, 255]],
      "z": "back\\slash 'quote' \"double\" %L $1 \n é 😀",
      "u": "00000000-0000-4000-8000-000000000000", "i": "1 day", "m": "ab", "q": "101",
    ]
    _ = try await tester.run(operation, ["k", operation == "insert" ? record : [record]])
    let row = try await tester.rows("select * from k")[0]
    #expect(
      row == [
        "n": "1000000000000000000000", "b": true, "j": [1, ["a": "it's"]],
        "t": #"{"a": [true], "b": 1}"#, "o": ["k": .null], "l": [1, .null],
        "s": ["a,b", "c\"d\\", .null], "y": ["type": "Buffer", "data": [0, 255]],
        "z": record["z"], "u": record["u"], "i": ["days": 1], "m": "ab", "q": "101",
      ])
  }

  @Test func namesAreNeverSQL() async throws {
    try await tester.rows("create temp table \"odd\"\"; drop table x; --\" (\"a b\" int)")
    _ = try await tester.run("insert", ["odd\"; drop table x; --", ["a b": 1]])
    #expect(try await tester.rows("select * from \"odd\"\"; drop table x; --\"") == [["a b": 1]])
    let error = await tester.failure("insert", ["missing", ["a) values (1); drop table x; --": 1]])
    #expect(error?.details["code"] == "42P01")
  }

  @Test func zeroBytesAreRefusedAndNotCutOff() async throws {
    try await tester.rows("create temp table z (a text)")
    for arguments in [["z", ["a": "x\0y"]], ["z", [["a": "x\0y"]]]] as [[JSON]] {
      let operation = arguments[1].object == nil ? "insertMany" : "insert"
      #expect(await tester.failure(operation, arguments)?.details["code"] == "22021")
    }
    #expect(await tester.failure("sql", ["select 1 \0"])?.details["code"] == "22021")
  }

  @Test func conflictTargetsOfEveryKind() async throws {
    try await tester.rows(
      "create temp table c (a int, b int, n text, constraint c_u unique (a, b))")
    for (target, name) in [("a, b", "1"), ("(A, b)", "2"), ("ON CONSTRAINT c_u", "3")] {
      let record: JSON = ["a": 1, "b": 2, "n": .string(name)]
      _ = try await tester.run("upsert", ["c", .string(target), record])
      #expect(try await tester.rows("select n from c") == [["n": .string(name)]])
    }
  }

  @Test func findsValues() async throws {
    try await tester.rows("create temp table f (\"Id\" int, name text, age int)")
    _ = try await tester.run(
      "insertMany",
      ["f", [["\"Id\"": 1, "name": "a", "age": 5], ["\"Id\"": 2, "name": "b", "age": .null]]])
    func find(_ conditions: JSON, _ operators: JSON = .null) async throws -> JSON {
      let filter: JSON = [
        "uuid": "Id", "relation": "pg_temp.f", "where": conditions, "operator": operators,
      ]
      let state = try await tester.run("findValue", [filter])
      #expect(state["result"] == state.data)
      return state.data
    }
    #expect(try await find(["name": "b"]) == 2)
    #expect(try await find(["name": "z"]) == .null)
    #expect(try await find(["age": .null]) == .null)
    #expect(try await find(["age": .null], ["age": "is"]) == 2)
    #expect(try await find(["name": ["x", "a"]], ["name": "in"]) == 1)
    #expect(try await find(["age": 4, "name": "A"], ["age": ">", "name": "ilike"]) == 1)
  }

  @Test func namedStatementsAndRowsAsLists() async throws {
    let query: JSON = [
      "name": "one", "text": "select $1::int as a, 2 as a", "values": [7], "rowMode": "array",
    ]
    for _ in 0..<2 { #expect(try await tester.run("sql", [query]).data == [[7, 2]]) }
    let other: JSON = ["name": "one", "text": "select 1"]
    #expect(
      await tester.failure("sql", [other])?.message
        == "Prepared statements must be unique - 'one' was used for a different statement")
  }

  @Test func severalStatementsHaveSeveralResults() async throws {
    let state = try await tester.run("sql", ["select 1 as a; select 'x' as b, 2 as c; ;"])
    #expect(state.data == .null)
    #expect(state["result"].elements.map { $0["rows"] } == [[["a": 1]], [["b": "x", "c": 2]]])
    #expect(tester.lines.contains("info: SELECT succeeded, rowCount: 1"))
  }

  @Test func copyHasNoSourceAndNoTarget() async throws {
    try await tester.rows("create temp table p (a int)")
    #expect(await tester.failure("sql", ["copy p from stdin"])?.details["code"] == "57014")
    let state = try await tester.run("sql", ["copy (select generate_series(1, 1000)) to stdout"])
    #expect(state["result"]["rowCount"] == 1000)
    #expect(try await tester.rows("select 1 as a") == [["a": 1]])
  }

  @Test func errorsHaveTheFieldsOfTheServer() async throws {
    let error = try #require(await tester.failure("sql", ["select nope"]))
    #expect(error.message == "column \"nope\" does not exist")
    #expect(error.description == "sql: column \"nope\" does not exist")
    for (key, value) in [
      ("name", "error"), ("severity", "ERROR"), ("code", "42703"), ("position", "8"),
      ("file", "parse_relation.c"), ("routine", "errorMissingColumn"),
    ] as [(String, JSON)] {
      #expect(error.details[key] == value)
    }
    #expect(error.details["table"] == nil)
  }

  @Test func dryRunsDoNothing() async throws {
    try await tester.rows("create temp table r (a int)")
    let start = State(data: 1, other: ["queries": ["first"]])
    let state = try await tester.run(
      "insert", ["r", ["a": 1], ["execute": false, "writeSql": true]], state: start)
    #expect(state.data == 1)
    #expect(state["queries"] == ["first", "INSERT INTO r (a) VALUES ('1');"])
    #expect(tester.lines.contains("info: Query not executed."))
    #expect(try await tester.rows("select * from r") == [])
  }

  @Test func changedTablesAreLookedAtAgain() async throws {
    try await tester.rows("create temp table g (a int)")
    _ = try await tester.run("insertMany", ["g", [["a": 1]]])
    _ = try await tester.run("modifyTable", ["g", [["name": "b", "type": "timestamptz"]]])
    _ = try await tester.run("insertMany", ["g", [["a": 2, "b": "2024-01-01T00:00:00Z"]]])
    #expect(try await tester.rows("select count(*)::int as n from g") == [["n": 2]])
  }

  @Test func manyRowsArriveWhole() async throws {
    let rows = try await tester.rows(
      "select i, repeat('x', 100) as t from generate_series(1, 20000) i")
    #expect(rows.elements.count == 20_000)
    #expect(rows[19_999]["i"] == 20_000)
  }

  @Test func swiftJobs() async throws {
    let postgresql = try PostgreSQL.open(
      configuration: server.configuration(), context: AdaptorContext())
    let job = Job {
      postgresql.sql("create temp table j (id int primary key, n text)")
      fn { $0.data = $0.references[0] }
      postgresql.insertMany("j", .state { $0.data.elements })
      postgresql.upsert("j", "id", ["id": 1, "n": "z"])
      postgresql.sql("select n from j where id = $1", values: [1])
    }
    let state = try await job.run(State(data: [["id": 1, "n": "a"], ["id": 2, "n": "b"]]))
    #expect(state.data == [["n": "z"]])
    #expect(try await postgresql.query("select $1::int as a", values: [7]) == [["a": 7]])
    await postgresql.close()
  }
}
