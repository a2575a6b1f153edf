import Generators
import Testing

@testable import AdaptorCore

struct JSONWriterTests {
  @Test(
    "Compact text comes out byte for byte",
    arguments: [
      "null", "true", "false", "0", "-0", "-0.0", "1.0", "1.50", "1e5", "1E+400", "0.1",
      "12345678901234567890", "-9223372036854775808", "3.141592653589793238462643", #""""#,
      #"["é","日本","😀","a/b"]"#, "[]", "{}", "[[],{},[{}]]",
      #"{"z":1,"a":{"c":[1,2.5,null],"b":""},"m":[true,false]}"#, #"{"2":0,"1":0,"":0}"#,
    ])
  func roundTrip(text: String) throws {
    #expect(try JSON(parsing: text).bytes() == Array(text.utf8))
  }

  @Test("Generated documents are stable once written", arguments: 10...12)
  func stable(seed: UInt64) throws {
    var generator = DocumentGenerator(seed: seed)
    for _ in 0..<200 {
      let value = try JSON(parsing: generator.document())
      #expect(try JSON(parsing: value.bytes()) == value)
      #expect(try JSON(parsing: value.bytes(.indented)).bytes() == value.bytes())
    }
  }

  /// What `JSON.stringify` writes for U+0000 to U+001F.
  static let controlEscapes = [
    #"\u0000"#, #"\u0001"#, #"\u0002"#, #"\u0003"#, #"\u0004"#, #"\u0005"#, #"\u0006"#, #"\u0007"#,
    #"\b"#, #"\t"#, #"\n"#, #"\u000b"#, #"\f"#, #"\r"#, #"\u000e"#, #"\u000f"#,
    #"\u0010"#, #"\u0011"#, #"\u0012"#, #"\u0013"#, #"\u0014"#, #"\u0015"#, #"\u0016"#, #"\u0017"#,
    #"\u0018"#, #"\u0019"#, #"\u001a"#, #"\u001b"#, #"\u001c"#, #"\u001d"#, #"\u001e"#, #"\u001f"#,
  ]

  @Test("Control characters are escaped as by JSON.stringify", arguments: 0..<32)
  func controlCharacters(code: UInt8) {
    let text = "<" + String(Unicode.Scalar(code)) + ">"
    #expect(JSON.string(text).text() == "\"<" + Self.controlEscapes[Int(code)] + ">\"")
  }

  @Test(
    "Other characters are escaped as by JSON.stringify",
    arguments: [
      (#"""#, #"\""#), (#"\"#, #"\\"#), ("/", "/"), ("\u{7F}", "\u{7F}"),
      ("\u{2028}\u{2029}", "\u{2028}\u{2029}"), ("é😀", "é😀"), ("\r\n", #"\r\n"#),
      ("\u{FFFD}\u{10FFFF}", "\u{FFFD}\u{10FFFF}"), (#"\n"#, #"\\n"#), ("<&'>", "<&'>"),
    ])
  func otherCharacters(character: String, written: String) {
    #expect(JSON.string(character).text() == "\"\(written)\"")
    #expect(JSON.object([character: 1]).text() == "{\"\(written)\":1}")
  }

  @Test(
    "Numbers that JSON cannot write become null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    #expect(JSON.array([.double(value)]).text() == "[null]")
  }

  @Test("The indented layout is that of JSON.stringify(value, null, 2)")
  func indented() {
    let value: JSON = ["a": 1, "b": [], "c": [:], "d": [1, ["x": .null]], "e": "[,]"]
    #expect(
      value.text(.indented) == """
        {
          "a": 1,
          "b": [],
          "c": {},
          "d": [
            1,
            {
              "x": null
            }
          ],
          "e": "[,]"
        }
        """)
    #expect(JSON.int(1).text(.indented) == "1")
  }

  @Test("The description is the compact text")
  func description() {
    #expect("\(["a": [1, "b"]] as JSON)" == #"{"a":[1,"b"]}"#)
  }
}
