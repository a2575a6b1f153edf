import Testing

@testable import AdaptorCore

struct RawJSONTests {
  @Test("Text is kept as it came and parsed when asked")
  func lazily() throws {
    let bytes = Array(" { \"a\" : 1.50 } ".utf8)
    let raw = RawJSON(bytes)
    #expect(raw.bytes == bytes)
    #expect(try raw.parsed() == ["a": .number("1.50")])
    #expect(RawJSON(["a": [1, 2]]).bytes == Array(#"{"a":[1,2]}"#.utf8))
  }

  @Test("Malformed text is explained with line and column")
  func malformed() throws {
    let error = try #require(throws: AdaptorError.self) {
      try RawJSON(Array("[\n1,]".utf8)).parsed()
    }
    #expect(error.code == .malformedJSON)
    #expect(error.description == "expected a value, found ']' (line 2, column 3)")
    #expect(error.details == ["line": 2, "column": 3, "offset": 4])
  }

  @Test("A source may explain malformed text in its own words")
  func explained() throws {
    let raw = RawJSON(Array("<html>".utf8)) {
      AdaptorError(.init("notJSON"), "the server did not answer with JSON: \($0)")
    }
    let sentence =
      "the server did not answer with JSON: expected a value, found '<' (line 1, column 1)"
    let error = try #require(throws: AdaptorError.self) { try raw.parsed() }
    #expect(error.code == .init("notJSON"))
    #expect(error.message == sentence)
    #expect(raw.malformed("why").message == "the server did not answer with JSON: why")
    #expect(RawJSON([]).malformed("why").message == "why")
  }
}
