import Testing

@testable import AdaptorCore

struct ResolvableTests {
  @Test("A value is the same for every state")
  func value() throws {
    let resolvable = Resolvable.value(5)
    #expect(try resolvable.resolve(State(data: 1)) == 5)
    #expect(try resolvable.resolve(State(data: 2)) == 5)
  }

  @Test("Read from the state it is given")
  func state() throws {
    let resolvable = Resolvable<Int?>.state { $0.data["n"].int }
    #expect(try resolvable.resolve(State(data: ["n": 1])) == 1)
    #expect(try resolvable.resolve(State(data: ["n": 2])) == 2)
    #expect(try resolvable.resolve(State()) == nil)
  }

  @Test("The error of the reading closure comes out as it is")
  func failure() {
    struct Refused: Error, Equatable {}
    let resolvable = Resolvable<Int>.state { _ in throw Refused() }
    #expect(throws: Refused()) { try resolvable.resolve(State()) }
  }

  @Test("Literals")
  func literals() throws {
    let text: Resolvable<String> = "text"
    let letter: Resolvable<String> = "é"
    let list: Resolvable<[JSON]> = [1, "two", .null]
    #expect(try text.resolve(State()) == "text")
    #expect(try letter.resolve(State()) == "é")
    #expect(try list.resolve(State()) == [1, "two", .null])
  }
}
