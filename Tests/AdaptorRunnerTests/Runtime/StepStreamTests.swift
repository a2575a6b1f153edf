import AdaptorCore
import Synchronization
import Testing

@testable import AdaptorRunner

@Suite struct StepStreamTests {
  private func stream(of pieces: [[UInt8]]) -> StepStream {
    let rest = Mutex(pieces[...])
    return StepStream(ByteStream(read: { rest.withLock { $0.popFirst() } }, stop: {}))
  }

  private func texts(_ pieces: [[UInt8]]) async throws -> [String] {
    let stream = stream(of: pieces)
    var texts: [String] = []
    while let text = try await stream.next(isText: true).get() { texts.append(text.string) }
    return texts
  }

  @Test func charactersAreNotCut() async throws {
    let text = "aé漢🙂z"
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      let parts = [Array(bytes[..<cut]), Array(bytes[cut...])].filter { !$0.isEmpty }
      #expect(try await texts(parts).joined() == text)
    }
    #expect(try await texts(bytes.map { [$0] }).joined() == text)
  }

  @Test func anUnfinishedCharacterAtTheEndIsReplaced() async throws {
    #expect(try await texts([[0x61, 0xE6, 0xBC]]) == ["a", "\u{FFFD}"])
  }

  @Test func bytesCrossAsBase64() async throws {
    let stream = stream(of: [[0, 255, 1]])
    #expect(try await stream.next(isText: false).get()?.string == "AP8B")
    let end = try await stream.next(isText: false).get()
    #expect(end == nil)
  }
}
