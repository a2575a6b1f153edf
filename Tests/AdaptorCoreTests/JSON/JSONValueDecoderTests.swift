import Testing

@testable import AdaptorCore

struct JSONValueDecoderTests {
  private struct Options: Decodable, Equatable {
    var path: String
    var port: Int?
    var headers: [String: String]?
    var retry: Retry?
    var list: [Retry]?
  }

  private struct Retry: Decodable, Equatable {
    var count: Int
    var delay: Double?
  }

  private enum Mode: String, Decodable, CaseIterable {
    case basic, bearer
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONValueDecoder.decode(type, from: JSON(parsing: text)).value
  }

  private func mismatch<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> String {
    try #require(throws: JSONMismatch.self) { _ = try decode(type, text) }.description
  }

  private func unknown<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> [String] {
    try JSONValueDecoder.decode(type, from: JSON(parsing: text)).unknownKeys
  }

  // MARK: Values

  @Test("A nested type")
  func nested() throws {
    let text = """
      {"path":"/a","port":80,"headers":{"x":"1","y":"2"},"retry":{"count":3,"delay":1},
       "list":[{"count":1},{"count":2,"delay":0.5}]}
      """
    let expected = Options(
      path: "/a", port: 80, headers: ["x": "1", "y": "2"], retry: Retry(count: 3, delay: 1),
      list: [Retry(count: 1), Retry(count: 2, delay: 0.5)])
    #expect(try decode(Options.self, text) == expected)
    #expect(try unknown(Options.self, text) == [])
  }

  @Test("Missing and null members are nil")
  func optionalMembers() throws {
    #expect(try decode(Options.self, #"{"path":""}"#) == Options(path: ""))
    #expect(try decode(Options.self, #"{"path":"","port":null,"list":null}"#) == Options(path: ""))
  }

  @Test("Optionals by themselves")
  func optionals() throws {
    #expect(try decode(Int?.self, "5") == 5)
    #expect(try decode(Int?.self, "null") == nil)
    #expect(try decode(String?.self, #""a""#) == "a")
    #expect(try decode([Int?].self, "[1,null,3]") == [1, nil, 3])
    #expect(try decode(Retry?.self, #"{"count":1}"#) == Retry(count: 1))
    #expect(try decode(JSON?.self, "null") == .some(nil))
    #expect(try decode(JSON?.self, "[1]") == .some([1]))
    #expect(try decode(RawJSON?.self, "null") == nil)
    #expect(try decode(RawJSON?.self, "[1]")?.bytes == Array("[1]".utf8))
  }

  @Test("Every integer type, up to its limits")
  func integers() throws {
    #expect(try decode(Int8.self, "-128") == -128)
    #expect(try decode(Int16.self, "32767") == 32767)
    #expect(try decode(Int32.self, "-1") == -1)
    #expect(try decode(Int64.self, "9223372036854775807") == .max)
    #expect(try decode(UInt.self, "18446744073709551615") == .max)
    #expect(try decode(UInt8.self, "255") == 255)
    #expect(try decode(UInt16.self, "5432.0") == 5432)
    #expect(try decode(UInt32.self, "1e3") == 1000)
    #expect(try decode(UInt64.self, "9223372036854775808") == 9_223_372_036_854_775_808)
    #expect(try mismatch(UInt8.self, "256") == "expected integer, found number")
    #expect(try mismatch(UInt.self, "-1") == "expected integer, found number")
    #expect(try mismatch(Int.self, "1.5") == "expected integer, found number")
    #expect(try mismatch(Int.self, "9223372036854775808") == "expected integer, found number")
  }

  @Test("Floating-point numbers")
  func floatingPoint() throws {
    #expect(try decode(Double.self, "3") == 3)
    #expect(try decode(Double.self, "1.50") == 1.5)
    #expect(try decode(Float.self, "0.5") == 0.5)
    #expect(try mismatch(Float.self, #""0.5""#) == "expected number, found string")
  }

  @Test("Values taken as they are")
  func whole() throws {
    struct Holder: Decodable {
      var json: JSON
      var raw: RawJSON
      var object: JSONObject
      var list: [JSON]
      var none: JSON?
    }
    let text = #"{"json":{"z":1.50,"a":[]},"raw":{"z":1,"a":2},"object":{"b":1},"list":[1,"2"]}"#
    let holder = try decode(Holder.self, text)
    #expect(holder.json.text() == #"{"z":1.50,"a":[]}"#)
    #expect(holder.raw.bytes == Array(#"{"z":1,"a":2}"#.utf8))
    #expect(holder.object == ["b": 1])
    #expect(holder.list == [1, "2"])
    #expect(holder.none == nil)
    #expect(try unknown(Holder.self, text) == [])
  }

  // MARK: Mismatches

  @Test(
    "Wrong types, with their place",
    arguments: [
      ("[]", "expected object, found array"),
      ("null", "expected object, found null"),
      (#""secret""#, "expected object, found string"),
      ("{}", "missing key 'path'"),
      (#"{"path":1}"#, "at .path: expected string, found number"),
      (#"{"path":null}"#, "at .path: expected string, found null"),
      (#"{"path":"","port":"80"}"#, "at .port: expected integer, found string"),
      (#"{"path":"","port":true}"#, "at .port: expected integer, found boolean"),
      (#"{"path":"","headers":[]}"#, "at .headers: expected object, found array"),
      (#"{"path":"","headers":{"x":{}}}"#, "at .headers.x: expected string, found object"),
      (#"{"path":"","retry":{}}"#, "at .retry: missing key 'count'"),
      (#"{"path":"","list":{}}"#, "at .list: expected array, found object"),
      (#"{"path":"","list":[{"count":1},{}]}"#, "at .list[1]: missing key 'count'"),
      (
        #"{"path":"","list":[{"count":1},{"count":[]}]}"#,
        "at .list[1].count: expected integer, found array"
      ),
      (#"{"path":"","list":[null]}"#, "at .list[0]: expected object, found null"),
    ])
  func wrongTypes(text: String, sentence: String) throws {
    #expect(try mismatch(Options.self, text) == sentence)
  }

  @Test("Booleans are not numbers and numbers are not booleans")
  func booleans() throws {
    #expect(try decode(Bool.self, "true"))
    #expect(try mismatch(Bool.self, "1") == "expected boolean, found number")
    #expect(try mismatch([Double].self, "[0,true]") == "at [1]: expected number, found boolean")
  }

  @Test("A refused enumeration value is not shown; the allowed ones are")
  func enumerations() throws {
    struct Holder: Decodable { var mode: Mode }
    struct Level: RawRepresentable, Decodable {
      let rawValue: Int
      init?(rawValue: Int) {
        if rawValue > 3 { return nil }
        self.rawValue = rawValue
      }
    }
    #expect(try decode(Holder.self, #"{"mode":"bearer"}"#).mode == .bearer)
    #expect(
      try mismatch(Holder.self, #"{"mode":"hunter2"}"#)
        == "at .mode: expected one of 'basic', 'bearer', found another string")
    #expect(try mismatch(Mode.self, "1") == "expected string, found number")
    #expect(try mismatch([Level].self, "[3,4]") == "at [1]: this number is not an allowed value")
  }

  @Test("What a type's own decoding throws keeps its place and words")
  func ownErrors() throws {
    struct Even: Decodable {
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard try container.decode(Int.self).isMultiple(of: 2) else {
          throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "must be an even number")
        }
      }
    }
    struct Pair: Decodable {
      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        _ = try container.decode(Int.self)
        _ = try container.decode(Int.self)
      }
    }
    struct Failing: Decodable {
      init(from decoder: any Decoder) throws { throw AdaptorError(.failed, "no way") }
    }
    #expect(try mismatch([Even].self, "[2,3]") == "at [1]: must be an even number")
    #expect(try mismatch([Pair].self, "[[1,2,3],[1]]") == "at [1]: too few elements")
    #expect(try mismatch(Failing.self, "1") == "no way")
  }

  @Test("Containers inside containers, and a superclass")
  func containers() throws {
    class Base: Decodable {
      let name: String
      private enum CodingKeys: CodingKey { case name }
    }
    final class Derived: Base {
      let values: [Int]
      let flag: Bool
      private enum CodingKeys: CodingKey { case values, inner }
      private enum InnerKeys: CodingKey { case flag }

      required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var list = try container.nestedUnkeyedContainer(forKey: .values)
        var found: [Int] = []
        while !list.isAtEnd { if try !list.decodeNil() { found.append(try list.decode(Int.self)) } }
        values = found
        let inner = try container.nestedContainer(keyedBy: InnerKeys.self, forKey: .inner)
        flag = try inner.decode(Bool.self, forKey: .flag)
        try super.init(from: container.superDecoder())
      }
    }
    let text = #"{"name":"n","values":[1,null,3],"inner":{"flag":true,"flog":1}}"#
    let value = try decode(Derived.self, text)
    #expect(value.values == [1, 3])
    #expect(value.flag)
    #expect(value.name == "n")
    #expect(
      try unknown(Derived.self, text)
        == ["at .inner has an unknown key 'flog', ignored. Did you mean 'flag'?"])
  }

  // MARK: Unknown keys

  @Test(
    "Unknown keys",
    arguments: [
      (#"{"path":"","prot":1}"#, ["has an unknown key 'prot', ignored. Did you mean 'port'?"]),
      (#"{"path":"","Path":1}"#, ["has an unknown key 'Path', ignored. Did you mean 'path'?"]),
      (#"{"path":"","somethingElse":1}"#, ["has an unknown key 'somethingElse', ignored."]),
      (
        #"{"path":"","retry":{"count":1,"dealy":2}}"#,
        ["at .retry has an unknown key 'dealy', ignored. Did you mean 'delay'?"]
      ),
      (
        #"{"zzzzzz":1,"path":"","list":[{"count":1},{"count":1,"cuont":2}],"yyyyyy":2}"#,
        [
          "has an unknown key 'zzzzzz', ignored.", "has an unknown key 'yyyyyy', ignored.",
          "at .list[1] has an unknown key 'cuont', ignored. Did you mean 'count'?",
        ]
      ),
      (#"{"path":"","headers":{"anything":"goes"}}"#, []),
    ])
  func unknownKeys(text: String, sentences: [String]) throws {
    #expect(try unknown(Options.self, text) == sentences)
  }

  @Test("A type that takes the whole value knows all keys")
  func takingAll() throws {
    struct Open: Decodable {
      let name: String
      let all: JSON
      private enum CodingKeys: CodingKey { case name }
      init(from decoder: any Decoder) throws {
        all = try decoder.singleValueContainer().decode(JSON.self)
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
      }
    }
    struct Loose: Decodable {
      let name: String
      let all: JSONObject
      private enum CodingKeys: CodingKey { case name }
      init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
        all = try JSONObject(from: decoder)
      }
    }
    let text = #"{"name":"n","other":1}"#
    #expect(try unknown(Open.self, text) == [])
    #expect(try unknown(Loose.self, text) == [])
    #expect(try decode(Loose.self, text).all == ["name": "n", "other": 1])
  }
}
