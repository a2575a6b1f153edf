import Testing

@testable import AdaptorCore

struct StateTests {
  @Test("A fresh state is empty")
  func fresh() {
    #expect(State() == State(data: [:], references: [], other: [:]))
    #expect(State()["anything"] == .null)
  }

  @Test("The old data moves to the references, oldest first")
  func next() {
    var state = State(data: 1, references: [0], other: ["a": 1])
    state = state.next(2).next(.null)
    #expect(state == State(data: .null, references: [0, 1, 2], other: ["a": 1]))
  }

  @Test("Members by key")
  func members() {
    var state = State()
    state["response"]["status"] = 200
    #expect(state.other == ["response": ["status": 200]])
    state["response"] = .null
    #expect(state.other == ["response": .null])
  }

  @Test("An unchanged outcome changes nothing")
  func unchanged() throws {
    let state = State(data: 1, references: [0], other: ["a": 1])
    #expect(try state.next(.unchanged) == state)
    #expect(Outcome.unchanged.change == nil)
  }

  @Test("An outcome brings data, additions and the data in other places")
  func outcome() throws {
    let outcome = Outcome.next(
      RawJSON(Array("[1.50]".utf8)),
      additions: [
        ("response", RawJSON(["status": 200])), ("count", RawJSON(7)), ("count", RawJSON(8)),
      ],
      dataPaths: [DataPath("response", "body"), DataPath("fresh", "data")])
    let state = try State(data: "old", other: ["response": 1, "kept": 2]).next(outcome)
    #expect(state.data.text() == "[1.50]")
    #expect(state.references == ["old"])
    #expect(
      JSON.object(state.other).text()
        == #"{"response":{"status":200,"body":[1.50]},"kept":2,"count":8,"fresh":{"data":[1.50]}}"#)
  }

  @Test("An outcome without data leaves null")
  func withoutData() throws {
    let state = try State(data: 1).next(.next(nil))
    #expect(state == State(data: .null, references: [1]))
  }

  @Test("Malformed text is an error, and its source explains it")
  func malformed() throws {
    let raw = RawJSON(Array("{".utf8)) { AdaptorError(.failed, "the body is not JSON: \($0)") }
    for outcome in [Outcome.next(raw), .next(nil, additions: [("response", raw)])] {
      let error = try #require(throws: AdaptorError.self) { try State().next(outcome) }
      #expect(
        error.message
          == "the body is not JSON: expected a member name in quotes, found the end of the text"
          + " (line 1, column 2)")
    }
  }
}
