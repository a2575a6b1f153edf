import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct OutcomeTextTests {
  private func text(_ outcome: Outcome, hasData: Bool = true) -> String {
    String(decoding: OutcomeText(outcome, hasData: hasData).bytes, as: UTF8.self)
  }

  @Test func whatIsEmptyIsLeftOut() {
    #expect(text(.unchanged) == "{}")
    #expect(text(.next(nil)) == #"{"change":{}}"#)
    #expect(text(.next(RawJSON(.int(1)))) == #"{"change":{"data":1}}"#)
    #expect(text(.next(RawJSON(.int(1))), hasData: false) == #"{"change":{}}"#)
  }

  @Test func everythingIsOneText() {
    let outcome = Outcome.next(
      RawJSON(.array([1])),
      additions: [("a\"b", RawJSON(.null)), ("result", RawJSON(.object(["x": 1])))],
      dataPaths: [DataPath("result", "rows")], types: [TypedPlace(["data", "*"], .date)],
      keepsReferences: true
    ).appending(RawJSON(.string("q")), to: "queries").appending(
      RawJSON(.string("r")), to: "queries")
    let expected =
      #"{"change":{"data":[1],"additions":{"a\"b":null,"result":{"x":1}},"keepsReferences":true,"#
      + #""paths":[["result","rows"]],"types":[[["data","*"],"date"]]},"#
      + #""appends":[["queries","q"],["queries","r"]]}"#
    #expect(text(outcome) == expected)
  }

  @Test func aByteOrderMarkIsDropped() {
    let marked = RawJSON([0xEF, 0xBB, 0xBF] + Array("1".utf8))
    #expect(text(.next(marked)) == #"{"change":{"data":1}}"#)
  }
}
