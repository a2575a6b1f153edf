import Testing

@testable import AdaptorCore

struct JSONParserTests {
  // MARK: Values

  struct ValueCase: Sendable, CustomTestStringConvertible {
    let text: String
    let value: JSON
    var testDescription: String { text }

    init(_ text: String, _ value: JSON) {
      self.text = text
      self.value = value
    }
  }

  static let valueCases = [
    ValueCase("null", .null),
    ValueCase("true", true),
    ValueCase("false", false),
    ValueCase(" \t\r\n null \t\r\n ", .null),
    ValueCase("0", .int(0)),
    ValueCase("-1", .int(-1)),
    ValueCase("9223372036854775807", .int(.max)),
    ValueCase("-9223372036854775808", .int(.min)),
    ValueCase("9223372036854775808", .number("9223372036854775808")),
    ValueCase("-9223372036854775809", .number("-9223372036854775809")),
    ValueCase("-0", .number("-0")),
    ValueCase("0.5", .double(0.5)),
    ValueCase("-0.25", .double(-0.25)),
    ValueCase("1.0", .double(1)),
    ValueCase("1.50", .number("1.50")),
    ValueCase(
      "0.1000000000000000055511151231257827", .number("0.1000000000000000055511151231257827")),
    ValueCase("1e5", .number("1e5")),
    ValueCase("1E5", .number("1E5")),
    ValueCase("1e+16", .double(1e16)),
    ValueCase("1e-7", .number("1e-7")),
    ValueCase("1e-07", .double(1e-7)),
    ValueCase("2.5E-3", .number("2.5E-3")),
    ValueCase("1e400", .number("1e400")),
    ValueCase("0e0", .number("0e0")),
    ValueCase(#""""#, ""),
    ValueCase(#""a/b""#, "a/b"),
    ValueCase(#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    ValueCase(#""\u0041\u00e9\u00E9\u20AC\u0000""#, "Aéé€\u{0}"),
    ValueCase(#""\uD83D\uDE00 \ud83d\ude00""#, "😀 😀"),
    ValueCase(#""\uDBFF\uDFFF\uD800\uDC00""#, "\u{10FFFF}\u{10000}"),
    ValueCase("\"é 日本 😀 \u{7F} \u{2028}\"", "é 日本 😀 \u{7F} \u{2028}"),
    ValueCase("[]", []),
    ValueCase("[ ]", []),
    ValueCase("[1]", [1]),
    ValueCase("[ 1 , \"2\" , [ ] , { } ]", [1, "2", [], [:]]),
    ValueCase("{}", [:]),
    ValueCase("{ \n }", [:]),
    ValueCase(#"{"a":1}"#, ["a": 1]),
    ValueCase(#" { "a" : 1 , "b" : { "c" : [ null ] } } "#, ["a": 1, "b": ["c": [.null]]]),
    ValueCase(#"{"":0}"#, ["": 0]),
    ValueCase(#"{"\u0061":0}"#, ["a": 0]),
  ]

  @Test("Values", arguments: valueCases)
  func values(_ sample: ValueCase) throws {
    #expect(try JSON(parsing: sample.text) == sample.value)
  }

  @Test("A byte order mark is skipped")
  func byteOrderMark() throws {
    #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == [1])
  }

  // MARK: Surrogates

  @Test(
    "A surrogate without its partner becomes U+FFFD",
    arguments: [
      (#""\uD800""#, "\u{FFFD}"),
      (#""\uDC00""#, "\u{FFFD}"),
      (#""\uDE00\uD83D""#, "\u{FFFD}\u{FFFD}"),
      (#""\uD83Dx""#, "\u{FFFD}x"),
      (#""\uD83D\n""#, "\u{FFFD}\n"),
      (#""\uD83D\u0041""#, "\u{FFFD}A"),
      (#""\uD83D\uD83D\uDE00""#, "\u{FFFD}😀"),
    ])
  func loneSurrogate(text: String, value: String) throws {
    #expect(try JSON(parsing: text) == .string(value))
  }

  @Test("Bytes that are not UTF-8 become U+FFFD", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80]])
  func invalidUTF8(bytes: [UInt8]) throws {
    let text = try #require(JSON(parsing: [0x22, 0x61] + bytes + [0x62, 0x22]).string)
    #expect(text.hasPrefix("a\u{FFFD}") && text.hasSuffix("\u{FFFD}b"))
  }

  // MARK: Objects

  @Test("A repeated key keeps its first place and its last value")
  func duplicateKeys() throws {
    let value = try JSON(parsing: #"{"a":1,"b":2,"a":3,"c":4,"\u0062":5}"#)
    #expect(value.text() == #"{"a":3,"b":5,"c":4}"#)
  }

  @Test("Two spellings of one character are two keys")
  func canonicallyEquivalentKeys() throws {
    let text = "{\"\u{E9}\":1,\"e\u{301}\":2}"
    #expect(try Array(JSON(parsing: text).text().utf8) == Array(text.utf8))
  }

  // MARK: Errors

  struct ErrorCase: Sendable, CustomTestStringConvertible {
    let text: String
    let sentence: String
    let place: [Int]
    var testDescription: String { text.debugDescription }

    init(_ text: String, _ sentence: String, _ line: Int, _ column: Int, _ offset: Int) {
      self.text = text
      self.sentence = "\(sentence) (line \(line), column \(column))"
      place = [line, column, offset]
    }
  }

  static let errorCases = [
    ErrorCase("", "expected a value, found the end of the text", 1, 1, 0),
    ErrorCase(" \n ", "expected a value, found the end of the text", 2, 2, 3),
    ErrorCase("\u{FEFF}", "expected a value, found the end of the text", 1, 1, 3),
    ErrorCase("\u{FEFF} x", "expected a value, found 'x'", 1, 2, 4),
    ErrorCase("\u{FEFF}\n x", "expected a value, found 'x'", 2, 2, 5),
    ErrorCase("\u{FEFF}\u{FEFF}1", "expected a value, found '\u{FEFF}'", 1, 1, 3),
    ErrorCase("nope", "expected 'null', found 'n'", 1, 1, 0),
    ErrorCase("[tru", "expected 'true', found 't'", 1, 2, 1),
    ErrorCase("[fals]", "expected 'false', found 'f'", 1, 2, 1),
    ErrorCase("True", "expected a value, found 'T'", 1, 1, 0),
    ErrorCase("NaN", "expected a value, found 'N'", 1, 1, 0),
    ErrorCase("undefined", "expected a value, found 'u'", 1, 1, 0),
    ErrorCase("'a'", #"expected a value, found '\''"#, 1, 1, 0),
    ErrorCase("“a”", "expected a value, found '“'", 1, 1, 0),
    ErrorCase("[1, é]", "expected a value, found 'é'", 1, 5, 4),
    ErrorCase("\u{1}", #"expected a value, found '\u{01}'"#, 1, 1, 0),
    ErrorCase("\u{A0}1", "expected a value, found '\u{A0}'", 1, 1, 0),
    ErrorCase("1 2", "expected the end of the document, found '2'", 1, 3, 2),
    ErrorCase("truex", "expected the end of the document, found 'x'", 1, 5, 4),
    ErrorCase("{}}", "expected the end of the document, found '}'", 1, 3, 2),
    ErrorCase("01", "expected the end of the document, found '1'", 1, 2, 1),
    ErrorCase("1\u{0}", #"expected the end of the document, found '\0'"#, 1, 2, 1),
    ErrorCase("+1", "expected a value, found '+'", 1, 1, 0),
    ErrorCase(".5", "expected a value, found '.'", 1, 1, 0),
    ErrorCase("-", "expected a digit, found the end of the text", 1, 2, 1),
    ErrorCase("-a", "expected a digit, found 'a'", 1, 2, 1),
    ErrorCase("[1.]", "expected a digit after the decimal point, found ']'", 1, 4, 3),
    ErrorCase("1.e5", "expected a digit after the decimal point, found 'e'", 1, 3, 2),
    ErrorCase("1e", "expected a digit in the exponent, found the end of the text", 1, 3, 2),
    ErrorCase("1E+x", "expected a digit in the exponent, found 'x'", 1, 4, 3),
    ErrorCase("[1 2]", "expected ',' or ']', found '2'", 1, 4, 3),
    ErrorCase("[1,]", "expected a value, found ']'", 1, 4, 3),
    ErrorCase("[,1]", "expected a value, found ','", 1, 2, 1),
    ErrorCase("[1}", "expected ',' or ']', found '}'", 1, 3, 2),
    ErrorCase("[", "expected a value, found the end of the text", 1, 2, 1),
    ErrorCase("[\n  1,\n  x\n]", "expected a value, found 'x'", 3, 3, 9),
    ErrorCase("[\r\n1,\r\nx]", "expected a value, found 'x'", 3, 1, 7),
    ErrorCase("{a:1}", "expected a member name in quotes, found 'a'", 1, 2, 1),
    ErrorCase("{1:1}", "expected a member name in quotes, found '1'", 1, 2, 1),
    ErrorCase("{", "expected a member name in quotes, found the end of the text", 1, 2, 1),
    ErrorCase(#"{"a":1,}"#, "expected a member name in quotes, found '}'", 1, 8, 7),
    ErrorCase(#"{"a" 1}"#, "expected ':' after a member name, found '1'", 1, 6, 5),
    ErrorCase(#"{"a"}"#, "expected ':' after a member name, found '}'", 1, 5, 4),
    ErrorCase(#"{"a":}"#, "expected a value, found '}'", 1, 6, 5),
    ErrorCase(#"{"a":1 "b":2}"#, "expected ',' or '}', found '\"'", 1, 8, 7),
    ErrorCase(#"{"a":1]"#, "expected ',' or '}', found ']'", 1, 7, 6),
    ErrorCase(#""abc"#, "a string is not closed", 1, 5, 4),
    ErrorCase(#""ab\n"#, "a string is not closed", 1, 6, 5),
    ErrorCase("\"é日😀", "a string is not closed", 1, 5, 10),
    ErrorCase("\"a\nb\"", "a control character inside a string must be escaped", 1, 3, 2),
    ErrorCase("\"\\n\t\"", "a control character inside a string must be escaped", 1, 4, 3),
    ErrorCase(
      #""\x""#, #"expected one of " \ / b f n r t u after a backslash, found 'x'"#, 1, 3, 2),
    ErrorCase(
      #""\"#, #"expected one of " \ / b f n r t u after a backslash, found the end of the text"#,
      1, 3, 2),
    ErrorCase(
      #""\u12"#, #"expected four hexadecimal digits after \u, found the end of the text"#, 1, 6, 5),
    ErrorCase(#""\u12G4""#, #"expected four hexadecimal digits after \u, found 'G'"#, 1, 6, 5),
    ErrorCase(#""\u+123""#, #"expected four hexadecimal digits after \u, found '+'"#, 1, 4, 3),
    ErrorCase(#""\u-000""#, #"expected four hexadecimal digits after \u, found '-'"#, 1, 4, 3),
    ErrorCase(#""\u 123""#, #"expected four hexadecimal digits after \u, found ' '"#, 1, 4, 3),
    ErrorCase(
      #""\uD83D\u00""#, #"expected four hexadecimal digits after \u, found '"'"#, 1, 12, 11),
  ]

  @Test("Sentences with line and column", arguments: errorCases)
  func errors(_ sample: ErrorCase) throws {
    let error = try #require(throws: AdaptorError.self) { try JSON(parsing: sample.text) }
    #expect(error.message == sample.sentence)
    #expect(error.code == .malformedJSON)
    #expect(["line", "column", "offset"].map { error.details[$0]?.int } == sample.place)
  }

  @Test("Each truncation fails where the text ends")
  func truncation() throws {
    let sample = Array(#"{"aé\n":[-1.5e+3,"\uD83D\uDE00\\",{"":[]},0],"b":{}}"#.utf8)
    #expect(throws: Never.self) { try JSON(parsing: sample) }
    for length in sample.indices {
      let error = try #require(throws: AdaptorError.self, "length \(length)") {
        try JSON(parsing: Array(sample[..<length]))
      }
      #expect(error.details["offset"] == .int(length), "length \(length)")
      let reason = error.message
      #expect(reason.contains("found the end of the text") || reason.contains("is not closed"))
    }
  }

  @Test("Each truncation of a word fails at its start", arguments: ["true", "false", "null"])
  func truncatedWords(word: String) throws {
    for length in 1..<word.count {
      let error = try #require(throws: AdaptorError.self) {
        try JSON(parsing: " " + word.prefix(length))
      }
      #expect(error.details["offset"] == 1)
    }
  }

  // MARK: Depth

  private func nested(_ depth: Int) -> String {
    (0..<depth).map { $0.isMultiple(of: 2) ? "[" : #"{"a":"# }.joined()
      + "0"
      + (0..<depth).reversed().map { $0.isMultiple(of: 2) ? "]" : "}" }.joined()
  }

  @Test("2000 levels are read and written")
  func depthWithinLimit() throws {
    let text = nested(2000)
    #expect(try JSON(parsing: text).text() == text)
  }

  @Test("2001 levels are refused")
  func depthBeyondLimit() throws {
    let error = try #require(throws: AdaptorError.self) { try JSON(parsing: nested(2001)) }
    #expect(error.message == "nested deeper than 2000 levels (line 1, column 6001)")
  }

  @Test("A million brackets do not exhaust the stack")
  func hostileDepth() throws {
    let error = try #require(throws: AdaptorError.self) {
      try JSON(parsing: Array(repeating: UInt8(ascii: "["), count: 1_000_000))
    }
    #expect(error.message == "nested deeper than 2000 levels (line 1, column 2001)")
  }

  @Test("Siblings are not levels")
  func siblings() throws {
    let text = "[" + repeatElement("[[]]", count: 3000).joined(separator: ",") + "]"
    #expect(try JSON(parsing: text).elements.count == 3000)
  }
}
