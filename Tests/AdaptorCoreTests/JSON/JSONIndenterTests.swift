import AdaptorCore
import Testing

@Suite struct JSONIndenterTests {
  @Test(arguments: [
    "null", "[]", "{}", "[[],{}]", "\"a,b:{}[]\\\"\\\\\"",
    "{\"a\":1,\"b\":[1,{\"c\":\"x\"}],\"d\":{}}",
    "[\"\\\\\",\"{\"]", "{\"\":{\"é\":[true,false,null,-1.5e3]}}",
  ])
  func theLayoutIsThatOfTheWriter(compact: String) throws {
    let indented = JSON.indenting(Array(compact.utf8))
    #expect(
      String(decoding: indented, as: UTF8.self) == (try JSON(parsing: compact)).text(.indented))
  }
}
