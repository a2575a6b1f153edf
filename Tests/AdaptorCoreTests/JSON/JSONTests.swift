import Testing

@testable import AdaptorCore

struct JSONTests {
  @Test("Reading a member or an element that is not there gives null")
  func missing() {
    let value: JSON = ["a": [1, 2]]
    #expect(value["a"][1] == 2)
    #expect(value["a"][2] == .null)
    #expect(value["a"][-1] == .null)
    #expect(value["b"]["c"][0] == .null)
    #expect(JSON.string("a")["a"] == .null)
    #expect(JSON.string("a")[0] == .null)
  }

  @Test("Writing a member makes objects on the way")
  func writing() {
    var value = JSON.null
    value["a"]["b"] = 1
    value["a"]["c"] = .null
    value["a"]["b"] = 2
    #expect(value.text() == #"{"a":{"b":2,"c":null}}"#)
  }

  @Test("Each accessor answers for its own kind only")
  func accessors() {
    let samples: [JSON] = [.null, true, 1, 1.5, .number("1.50"), "s", [1], ["a": 1]]
    #expect(samples.map { $0.bool != nil } == samples.map { $0.kind == "boolean" })
    #expect(samples.map { $0.string != nil } == samples.map { $0.kind == "string" })
    #expect(samples.map { $0.object != nil } == samples.map { $0.kind == "object" })
    #expect(samples.map { !$0.elements.isEmpty } == samples.map { $0.kind == "array" })
    #expect(samples.map { $0.double != nil } == samples.map { $0.kind == "number" })
    #expect(samples.map(\.isNull) == samples.map { $0.kind == "null" })
    #expect(
      samples.map(\.kind) == [
        "null", "boolean", "number", "number", "number", "string", "array", "object",
      ])
  }

  @Test(
    "An integer is exact or nil",
    arguments: [
      ("0", 0), ("-0", 0), ("-0.0", 0), ("0e99999999999999999999", 0), ("1.0", 1), ("1e3", 1000),
      ("1E+3", 1000), ("-1.50e1", -15), ("1200e-2", 12),
      ("9007199254740993", 9_007_199_254_740_993),
      ("9007199254740993.0", 9_007_199_254_740_993), ("9223372036854775807.00", .max),
      ("-9223372036854775808.0", .min), ("922337203685477580700e-2", .max), ("1.5", nil),
      ("1.50", nil), ("1e-1", nil), ("1.00000000000000000001", nil), ("9223372036854775808", nil),
      ("1e19", nil), ("1e400", nil), ("1e99999999999999999999", nil),
      ("1.5e-9223372036854775808", nil), ("1.0e9223372036854775807", nil),
    ] as [(String, Int?)])
  func integer(text: String, value: Int?) throws {
    #expect(try JSON(parsing: text).int == value)
  }

  @Test(
    "A double is the nearest one",
    arguments: [
      ("1", 1), ("1.50", 1.5), ("12345678901234567890", 12_345_678_901_234_567_168), ("-0", 0),
    ])
  func double(text: String, value: Double) throws {
    #expect(try JSON(parsing: text).double == value)
  }

  @Test("Literals and interpolation")
  func literals() {
    let value: JSON = ["a": 1, "b": 1.5, "c": true, "d": ["x", "\(1 + 1)"], "a": 2]
    #expect(value.text() == #"{"a":2,"b":1.5,"c":true,"d":["x","2"]}"#)
  }

  @Test("A number and its text in quotes are different values")
  func equality() {
    #expect(JSON.int(1) != "1")
    #expect(JSON.int(1) != .double(1))
    #expect(JSON.array([1, 2]) != [2, 1])
    #expect(Set<JSON>([1, 1, "1", ["a": 1, "b": 2], ["b": 2, "a": 1]]).count == 3)
  }
}
