import Testing

@testable import AdaptorCore

struct ParameterTests {
  private enum Word: String, Decodable { case one }
  private enum Number: Int, Decodable { case one = 1 }
  private struct Shape: Decodable {}

  private func type<Value: Decodable & Sendable>(_ type: Value.Type) -> String {
    Parameter<Value>("p", "s").info.type
  }

  @Test("JSON's word for each type")
  func words() {
    #expect(type(String.self) == "string")
    #expect(type(Bool.self) == "boolean")
    #expect(type(Int.self) == "integer")
    #expect(type(UInt16.self) == "integer")
    #expect(type(Double.self) == "number")
    #expect(type(Float.self) == "number")
    #expect(type(JSON.self) == "any")
    #expect(type(RawJSON.self) == "any")
    #expect(type(JSONObject.self) == "object")
    #expect(type([String: Int].self) == "object")
    #expect(type(Shape.self) == "object")
    #expect(type([JSON].self) == "array")
    #expect(type([Shape].self) == "array")
    #expect(type(Set<String>.self) == "array")
    #expect(type(Word.self) == "string")
    #expect(type(Number.self) == "integer")
  }

  @Test("An optional has the word of what it wraps")
  func optionals() {
    #expect(type(String?.self) == "string")
    #expect(type([Int]?.self) == "array")
    #expect(type(RawJSON?.self) == "any")
    #expect(Parameter<String?>("p", "s").info.isOptional)
    #expect(!Parameter<String>("p", "s").info.isOptional)
    #expect(Parameter<String>("p", "s").info.name == "p")
    #expect(Parameter<String>("p", "s").info.summary == "s")
  }
}
