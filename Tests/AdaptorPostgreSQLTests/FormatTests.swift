import AdaptorCore
import Testing

@testable import AdaptorPostgreSQL

@Suite struct FormatTests {
  @Test(
    arguments: [
      (
        "insert into %I (%I) values (%L)", ["Order", "x", "it's"],
        #"insert into "Order" (x) values ('it''s')"#
      ),
      ("%s %%", ["raw"], "raw %"),
      ("%L", [[[1, [2, 3]], [4]]], "('1', '2','3'), ('4')"),
      ("%2$L %L %1$I", ["a", "b", "c"], "'b' 'c' a"),
      ("100%", [], "100%"),
      ("%d %1x", [], "%d %1x"),
    ] as [(String, [JSON], String)])
  func patterns(pattern: String, values: [JSON], expected: String) throws {
    #expect(try Format.format(pattern, values) == expected)
  }

  @Test(
    arguments: [
      (.null, "NULL"), (true, "'t'"), (false, "'f'"), (4000, "'4000'"), (1.5, "'1.5'"),
      ("it's", "'it''s'"), (#"back\slash"#, #"E'back\\slash'"#), ("", "''"),
      (["type": "Buffer", "data": [222, 173]], #"E'\\xdead'"#),
      (["a": ["it's"]], #"'{"a":["it''s"]}'::jsonb"#),
      (["a", "b"], "'a','b'"), ([["a", "b"], ["c", "d"]], "('a', 'b'), ('c', 'd')"),
      (["a", [1, 2]], "'a', ('1', '2')"),
    ] as [(JSON, String)])
  func literals(value: JSON, expected: String) {
    #expect(Literal.of(value) == expected)
  }

  @Test(
    arguments: [
      ("plain", "plain"), ("a_1$", "a_1$"), ("Order", "\"Order\""), ("order", "\"order\""),
      ("user", "\"user\""), ("a b", "\"a b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
      ("1a", "\"1a\""), (7, "\"7\""), (true, "\"t\""), (["a", "User"], "a,\"User\""),
    ] as [(JSON, String)])
  func identifiers(value: JSON, expected: String) throws {
    #expect(try Format.identifier(value) == expected)
  }

  @Test(
    arguments: [
      (.null, ""), (true, "t"), ("it's", "it's"), (1.5, "1.5"), (["a": 1], #"{"a":1}"#),
      (["a", .null, "b"], "a,b"),
    ] as [(JSON, String)])
  func plainText(value: JSON, expected: String) {
    #expect(Format.string(value) == expected)
  }

  @Test(
    arguments: [
      ("%I", [.null], "SQL identifier cannot be null or undefined"),
      ("%I", [["a": 1]], "SQL identifier cannot be an object"),
      ("%L %L", ["a"], "too few arguments"),
      ("%0$L", ["a"], "specified argument 0 but arguments start at 1"),
    ] as [(String, [JSON], String)])
  func refusals(pattern: String, values: [JSON], message: String) {
    let error = #expect(throws: AdaptorError.self) { try Format.format(pattern, values) }
    #expect(error?.message == message)
  }

  @Test func functionsAreCallableByName() throws {
    let functions = PostgreSQL.functions
    let format = try #require(functions.last)
    #expect(format.info.name == "util.format")
    #expect(try format.call([RawJSON("%I"), RawJSON("User")]) == "\"User\"")
    let withArray = try #require(functions.first { $0.info.name == "util.format.withArray" })
    #expect(try withArray.call([RawJSON("%L, %L"), RawJSON([1, .null])]) == "'1', NULL")
    let literal = try #require(functions.first { $0.info.name == "util.format.literal" })
    #expect(try literal.call([nil]) == "NULL")
  }
}
