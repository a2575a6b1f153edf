import AdaptorCore
import Testing

@Suite struct IndentedJSONTests {
  @Test(arguments: [
    "null", "[]", "{}", "[[],{}]", "\"a,b:{}[]\\\"\\\\\"",
    "{\"a\":1,\"b\":[1,{\"c\":\"x\"}],\"d\":{}}",
    "[\"\\\\\",\"{\"]", "{\"\":{\"é\":[true,false,null,-1.5e3]}}",
  ])
  func theLayoutIsThatOfTheWriter(compact: String) throws {
    let indented = IndentedJSON(Array(compact.utf8)).joined()
    #expect(
      String(decoding: Array(indented), as: UTF8.self)
        == (try JSON(parsing: compact)).text(.indented))
  }

  @Test func aLargeTextComesInPieces() throws {
    let value = JSON.array((0..<50_000).map { ["number": .int($0), "text": "a \"b\", {c}"] })
    let pieces = Array(IndentedJSON(value.bytes()))
    #expect(pieces.count > 10)
    #expect(Array(pieces.joined()) == Array(value.text(.indented).utf8))
  }
}
