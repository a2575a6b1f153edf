import AdaptorCore
import Testing

@Suite struct OutcomeTests {
  @Test func appendsToAListAndKeepsTheRest() throws {
    let start = State(data: 1, other: ["queries": ["a"]])
    let outcome = Outcome.unchanged.appending(RawJSON("b"), to: "queries")
    #expect(try start.next(outcome) == State(data: 1, other: ["queries": ["a", "b"]]))
  }

  @Test func makesTheListThatIsMissing() throws {
    let outcome = Outcome.next(RawJSON(2)).appending(RawJSON("b"), to: "queries")
    let expected = State(data: 2, references: [1], other: ["queries": ["b"]])
    #expect(try State(data: 1).next(outcome) == expected)
  }
}
