import AdaptorCore
import Testing

@testable import AdaptorPostgreSQL

@Suite struct InsertionTests {
  private static let types = ColumnTypes(
    rows: [["id", "integer", false], ["b", "text", false], ["list", "integer[]", true]])

  @Test func recordsOpenFnsTextOfOneRecord() throws {
    let insertion = try Insertion(["name": "a", "id": 1], into: "people", nulls: .standard)
    #expect(
      insertion.recordedText(showsValues: true) == "INSERT INTO people (id, name) VALUES ('1','a');"
    )
    #expect(
      insertion.recordedText(showsValues: false)
        == "INSERT INTO people (id, name) VALUES [--REDACTED--];")
  }

  @Test func recordsOpenFnsTextOfAnUpsert() throws {
    let insertion = try Insertion(
      ["id": 7, "name": "n"], into: "t", conflict: "id", nulls: .standard)
    #expect(
      insertion.recordedText(showsValues: true) == """
        INSERT INTO t (id, name) VALUES ('7','n')
                ON CONFLICT (id)
                DO UPDATE SET id=excluded.id, name=excluded.name;
        """)
  }

  @Test func recordsOpenFnsTextOfAList() throws {
    let insertion = try Insertion(
      RawJSON([["b": 1, "a": "x"], ["b": 2, "a": "y"]]), into: "t", nulls: .standard)
    #expect(
      insertion.recordedText(showsValues: true)
        == "INSERT INTO t (b, a) VALUES ('1', 'x'), ('2', 'y');")
  }

  @Test func recordsDefaultsForMissingColumns() throws {
    let insertion = try Insertion(
      RawJSON([["a": 1], ["b": 2], ["a": 3]]), into: "t", nulls: .standard)
    #expect(
      insertion.recordedText(showsValues: true)
        == "INSERT INTO t (a, b) VALUES ('1', DEFAULT), (DEFAULT, '2'), ('3', DEFAULT);")
  }

  @Test func bindsTheValuesOfOneRecord() throws {
    let insertion = try Insertion(
      ["ID": 1, "b": "O'Brien", "x y": .null], into: "s.People", conflict: "id, b", nulls: .standard
    )
    let statements = insertion.statements(.unknown)
    #expect(
      statements.map(\.text) == [
        """
        INSERT INTO "s"."people" ("id", "b", "x y") VALUES ($1, $2, $3) ON CONFLICT ("id", "b") \
        DO UPDATE SET "id"=excluded."id", "b"=excluded."b", "x y"=excluded."x y"
        """
      ])
    #expect(texts(statements[0]) == ["1", "O'Brien", nil])
  }

  @Test func bindsAListAsOneArrayAColumn() throws {
    let insertion = try Insertion(
      RawJSON([["id": 1, "b": "x"], ["b": "y", "id": 2]]), into: "t", nulls: .standard)
    let statements = insertion.statements(Self.types)
    #expect(
      statements.map(\.text) == [
        """
        INSERT INTO "t" ("id", "b") SELECT unnest($1::text[])::integer, unnest($2::text[])::text
        """
      ])
  }

  @Test func recordsWithOtherColumnsGoApart() throws {
    let insertion = try Insertion(
      RawJSON([["id": 1], ["id": 2, "b": "y"], ["id": 3]]), into: "t", nulls: .standard)
    #expect(insertion.groups.map(\.columns) == [["id"], ["id", "b"]])
    #expect(insertion.groups.map(\.positions) == [[0, 2], [1]])
    #expect(insertion.statements(Self.types).count == 2)
  }

  @Test func writesListsAsTheColumnDemands() throws {
    let insertion = try Insertion(
      ["list": [1, 2], "b": [1, ["k": "v"]]], into: "t", nulls: .standard)
    #expect(texts(insertion.statements(Self.types)[0]) == [#"[1, {"k": "v"}]"#, #"{"1","2"}"#])
  }

  @Test func objectsHaveTheTextOfJSONB() {
    let value: JSON = ["bb": [1, .null], "a": "x\"y", "c": [:]]
    #expect(ValueText.column(value) == #"{"a": "x\"y", "c": {}, "bb": [1, null]}"#)
  }

  @Test func aStateIsStoredWithoutItsConfiguration() {
    let state: JSON = ["configuration": ["password": "x"], "references": [], "data": 1]
    #expect(ValueText.column(state) == #"{"data": 1, "references": []}"#)
    #expect(ValueText.parameter(state) == #"{"references":[],"data":1}"#)
  }

  @Test(arguments: [
    (#"[1]"#, "argument 'records' at [0] expected an object with columns"),
    (#"[{"a":1},{}]"#, "argument 'records' at [1] expected an object with columns"),
    (#"{"a":1}"#, "argument 'records' expected array, found object"),
    (#"[{"a":1}"#, "expected ',' or ']', found the end of the text (line 1, column 9)"),
  ])
  func refusesWhatIsNoRecord(text: String, message: String) {
    let error = #expect(throws: AdaptorError.self) {
      try Insertion(RawJSON(Array(text.utf8)), into: "t", nulls: .standard)
    }
    #expect(error?.message == message)
  }

  @Test func readsTextWithSpacesAndEscapes() throws {
    let text =
      #" [ { "a\u0062" : "x\"]}" , "n" : [ "}" , { "k" : "]" } ] } , {"ab":true,"n":-1.5e3} ] "#
    let insertion = try Insertion(RawJSON(Array(text.utf8)), into: "t", nulls: .standard)
    #expect(insertion.groups.map(\.columns) == [["ab", "n"]])
    #expect(
      insertion.recordedText(showsValues: true)
        == #"INSERT INTO t (ab, n) VALUES ('x"]}', ('}', '{"k":"]"}'::jsonb)), ('t', '-1.5e3');"#)
  }

  private func texts(_ statement: Statement) -> [String?] {
    statement.parameters.map { if case .text(let text) = $0 { text } else { nil } }
  }
}

@Suite struct NullRuleTests {
  @Test(
    arguments: [
      (.null, "undefined", true), (.null, "an undefined", false), (.null, "", false),
      (false, "undefined", false), ("''", "", true), ("''", "O'Brien", false), ("N/A", "N/A", true),
      ("'N/A'", "N/A", true), ("N/A", "N/A or so", false), (["''", "'0'"], "0", true),
      (#"E'a\\b'"#, #"a\b"#, true), ("'it''s'", "it's", true), (["N/A"], "", false),
    ] as [(JSON, String, Bool)])
  func matches(option: JSON, text: String, isNull: Bool) throws {
    let rule = try NullRule(option: option)
    #expect(Array(text.utf8).withUnsafeBufferPointer { rule.matches($0) } == isNull)
  }

  @Test(arguments: [true, 7, ["a", 1], ["a": 1]] as [JSON])
  func refuses(option: JSON) {
    let error = #expect(throws: AdaptorError.self) { try NullRule(option: option) }
    #expect(error?.message == "setNull must be a string or an array of strings.")
  }
}
