import AdaptorCore
import Testing

@testable import AdaptorPostgreSQL

@Suite struct ValueWriterTests {
  /// Times without a zone are local: see `TimeTests` for those.
  @Test(
    arguments: [
      (23, "-7", "-7"), (701, "1e+20", "1e+20"), (701, "NaN", #""NaN""#),
      (701, "-Infinity", #""-Infinity""#),
      (20, "9007199254740993", #""9007199254740993""#), (1700, "1.50", #""1.50""#),
      (790, "$1.00", #""$1.00""#), (16, "t", "true"), (16, "f", "false"),
      (3802, #"{"a": [1]}"#, #"{"a": [1]}"#), (25, "a\"b\\c\n\u{1}é", #""a\"b\\c\n\u0001é""#),
      (17, #"\xdead"#, #"{"type":"Buffer","data":[222,173]}"#),
      (17, #"a\\\001"#, #"{"type":"Buffer","data":[97,92,1]}"#),
      (600, "(1,-2.5)", #"{"x":1,"y":-2.5}"#),
      (718, "<(1,2),3>", #"{"x":1,"y":2,"radius":3}"#),
      (1184, "infinity", #""infinity""#), (1184, "-infinity", #""-infinity""#),
      (
        1186, "1 year 2 mons -3 days 04:05:06.789",
        #"{"years":1,"months":2,"days":-3,"hours":4,"minutes":5,"seconds":6,"milliseconds":789}"#
      ),
      (1186, "-00:00:01.5", #"{"seconds":-1,"milliseconds":-500}"#),
      (1186, "00:00:00.0005", #"{"milliseconds":0.5}"#), (1186, "00:00:00", "{}"),
      (1007, "{1,NULL,3}", "[1,null,3]"), (1007, "{}", "[]"),
      (1007, "{{1,2},{3,4}}", "[[1,2],[3,4]]"),
      (1007, "[0:1]={1,2}", "[1,2]"),
      (1009, #"{a,"b,c","d\"e\\","NULL",NULL}"#, #"["a","b,c","d\"e\\","NULL",null]"#),
      (1016, "{1,2}", #"["1","2"]"#), (1231, "{1.50}", "[1.50]"), (1000, "{t,f}", "[true,false]"),
      (3807, #"{"{\"a\": 1}"}"#, #"[{"a": 1}]"#), (1017, #"{"(1,2)"}"#, #"[{"x":1,"y":2}]"#),
      (1001, #"{"\\x01"}"#, #"[{"type":"Buffer","data":[1]}]"#), (999_999, "{a}", #""{a}""#),
    ] as [(UInt32, String, String)])
  func decodes(oid: UInt32, text: String, expected: String) throws {
    #expect(Self.written(text, oid) == expected)
    _ = try JSON(parsing: expected)
  }

  @Test(arguments: [
    ("2024-02-29 12:30:00.123456+02", "2024-02-29T10:30:00.123Z"),
    ("2024-02-29 12:30:00+00", "2024-02-29T12:30:00.000Z"),
    ("2024-02-29 12:30:00.12+00", "2024-02-29T12:30:00.120Z"),
    ("2024-02-29 12:30:00.123456+00", "2024-02-29T12:30:00.123Z"),
    ("20240-02-29 12:30:00.1+00", "+020240-02-29T12:30:00.100Z"),
    ("1969-12-31 23:59:59.5+00", "1969-12-31T23:59:59.500Z"),
    ("1900-03-01 00:19:32+00:19:32", "1900-03-01T00:00:00.000Z"),
    ("2024-01-01 00:00:00-03:30", "2024-01-01T03:30:00.000Z"),
    ("0044-03-15 12:00:00+00 BC", "-000043-03-15T12:00:00.000Z"),
    ("20240-01-01 00:00:00+00", "+020240-01-01T00:00:00.000Z"),
  ])
  func timesWithZone(text: String, expected: String) {
    #expect(Self.written(text, 1184) == "\"\(expected)\"")
  }

  @Test(arguments: ["29.02.2024 12:30:00 UTC", "294276-01-01 00:00:00+00", "Thu Feb 29 2024"])
  func otherTimesRemainText(text: String) {
    #expect(Self.written(text, 1184) == "\"\(text)\"")
  }

  @Test(arguments: [-800_000, -719_469, -1, 0, 59, 60, 11_016, 19_782, 40_000])
  func calendarGoesBothWays(days: Int) {
    let date = CivilDate.date(days: days)
    #expect(CivilDate.days(year: date.year, month: date.month, day: date.day) == days)
  }

  @Test func knowsLeapDays() {
    #expect(CivilDate.date(days: 11_016) == (2000, 2, 29))
    #expect(
      CivilDate.days(year: 2100, month: 3, day: 1) - CivilDate.days(year: 2100, month: 2, day: 28)
        == 1)
  }

  private static func written(_ text: String, _ oid: UInt32) -> String {
    var writer = ValueWriter()
    Array(text.utf8).withUnsafeBufferPointer { writer.write($0, as: ValueType(oid: oid)) }
    return String(decoding: writer.output, as: UTF8.self)
  }
}
