import Testing

@testable import AdaptorCore

struct AdaptorErrorTests {
  private struct Cause: Error, CustomStringConvertible {
    let description = "the disk is full"
  }

  @Test("The trail grows outwards and the rest stays")
  func trail() {
    let error = AdaptorError(.init("http"), "status 404", details: ["statusCode": 404])
    let outer = error.within("get").within("each").within("combine")
    #expect(error.description == "status 404")
    #expect(outer.description == "combine > each > get: status 404")
    #expect(outer.operations == ["combine", "each", "get"])
    #expect(outer.code == error.code)
    #expect(outer.message == error.message)
    #expect(outer.details == ["statusCode": 404])
    #expect("\(outer)" == outer.description)
  }

  @Test("Another error is wrapped once and kept as the cause")
  func wrapping() {
    let error = AdaptorError.wrapping(Cause()).within("fn")
    #expect(error.code == .failed)
    #expect(error.description == "fn: the disk is full")
    #expect(error.underlying is Cause)
    #expect(error.details == [:])
    let again = AdaptorError.wrapping(error)
    #expect(again.description == "fn: the disk is full")
    #expect(again.underlying is Cause)
  }

  @Test("Codes are open and compared by their text")
  func codes() {
    #expect(AdaptorError.Code("malformedJSON") == .malformedJSON)
    let codes: [AdaptorError.Code] = [
      .failed, .invalidArgument, .invalidConfiguration, .malformedJSON, .unknownOperation,
    ]
    #expect(
      codes.map(\.rawValue) == [
        "failed", "invalidArgument", "invalidConfiguration", "malformedJSON", "unknownOperation",
      ])
  }
}
