import Generators
import Testing

@testable import AdaptorCore

struct JSONObjectTests {
  private static func numbered(_ range: some Sequence<Int>) -> JSONObject {
    JSONObject(range.map { .init(key: "k\($0)", value: .int($0)) })
  }

  @Test("Members keep their order; setting one again keeps its place")
  func order() {
    var object: JSONObject = ["z": 1, "a": 2, "m": 3]
    object["a"] = 4
    object["b"] = 5
    #expect(object.keys == ["z", "a", "m", "b"])
    #expect(object.map(\.value) == [1, 4, 3, 5])
    #expect(object[1] == .init(key: "a", value: 4))
  }

  @Test("Setting nil removes; setting null does not")
  func removal() {
    var object: JSONObject = ["a": 1, "b": 2, "c": 3]
    object["b"] = nil
    object["missing"] = nil
    object["c"] = .null
    #expect(object.keys == ["a", "c"])
    #expect(object["b"] == nil)
    #expect(object["c"] == .some(.null))
    object["b"] = 9
    #expect(object.keys == ["a", "c", "b"])
  }

  @Test("Around the size where lookup changes", arguments: [15, 16, 17, 18, 100])
  func sizes(count: Int) {
    var object = Self.numbered(0..<count)
    #expect(object.count == count)
    #expect((0..<count).allSatisfy { object["k\($0)"] == .int($0) })
    #expect(object["k\(count)"] == nil)
    object["k3"] = nil
    object["k5"] = "five"
    object["k3"] = "three"
    #expect(object.keys == (0..<count).filter { $0 != 3 }.map { "k\($0)" } + ["k3"])
    #expect(object["k5"] == "five")
    #expect(object["k3"] == "three")
    #expect(object["k\(count - 1)"] == .int(count - 1))
  }

  @Test("Random changes agree with a plain list")
  func randomChanges() {
    var random = SeededGenerator(seed: 20)
    var object = JSONObject()
    var reference: [(key: String, value: JSON)] = []
    for step in 0..<3000 {
      let key = "k\(Int.random(in: 0..<40, using: &random))"
      let place = reference.firstIndex { $0.key == key }
      let value: JSON? = Int.random(in: 0..<3, using: &random) == 0 ? nil : .int(step)
      object[key] = value
      switch (place, value) {
      case (let place?, let value?): reference[place].value = value
      case (let place?, nil): reference.remove(at: place)
      case (nil, let value?): reference.append((key, value))
      case (nil, nil): break
      }
      #expect(object.keys == reference.map(\.key))
      #expect(object[key] == value)
    }
    #expect(object.map(\.value) == reference.map(\.value))
  }

  @Test("A copy does not change with its original", arguments: [2, 40])
  func valueSemantics(count: Int) {
    var object = Self.numbered(0..<count)
    let copy = object
    object["k0"] = nil
    object["new"] = 1
    #expect(copy == Self.numbered(0..<count))
  }

  @Test("Equal members make equal objects, in any order", arguments: [3, 40])
  func equality(count: Int) {
    let object = Self.numbered(0..<count)
    let reversed = Self.numbered((0..<count).reversed())
    #expect(object == reversed)
    #expect(object.hashValue == reversed.hashValue)
    #expect(object != Self.numbered(0..<count - 1))
    #expect(object != Self.numbered(1...count))
    var changed = reversed
    changed["k1"] = "other"
    #expect(object != changed)
    #expect((["a": .null] as JSONObject) != ["b": .null])
  }

  @Test("Keys are compared by code, not by look", arguments: [0, 40])
  func exactKeys(others: Int) {
    var object = Self.numbered(0..<others)
    object["\u{E9}"] = 1
    object["e\u{301}"] = 2
    object["\u{212B}"] = 3
    object["A\u{30A}"] = 4
    #expect(object.count == others + 4)
    #expect(["\u{E9}", "e\u{301}", "\u{212B}", "A\u{30A}"].map { object[$0] } == [1, 2, 3, 4])
    #expect((["\u{E9}": 1] as JSONObject) != ["e\u{301}": 1])
  }

  @Test("Merging: new members at the end, equal keys from the other")
  func merging() {
    let merged = (["a": 1, "b": 2] as JSONObject).merging(["c": 3, "a": 4])
    #expect(JSON.object(merged).text() == #"{"a":4,"b":2,"c":3}"#)
  }
}
