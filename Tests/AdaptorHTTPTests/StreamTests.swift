import AdaptorCore
import AdaptorTesting
import Testing

@testable import AdaptorHTTP

@Suite struct StreamTests {
  private func open(_ server: StubServer, _ path: String = "/") async throws
    -> HTTPStreamedResponse
  {
    try await HTTPClient.shared().open(
      HTTPRequest("GET", try WebURL(server.url + path), timeout: .seconds(5)))
  }

  @Test func theHeaderComesBeforeTheBodyIsRead() async throws {
    let text = String(repeating: "0123456789", count: 500_000)
    let server = try StubServer { _ in .text(text) }
    defer { server.stop() }
    let response = try await open(server)
    #expect(response.status == 200)
    #expect(response.headers["content-type"] == "text/plain")
    var pieces: [Int] = []
    while let piece = try await response.body.next() { pieces.append(piece.count) }
    #expect(pieces.reduce(0, +) == text.utf8.count)
    // No more waits for the reader than the pipe and one buffer of libcurl's hold.
    #expect(try #require(pieces.max()) <= 1 << 20)
    #expect(try await response.body.next() == nil)
  }

  @Test func aBodyOfNoBytesEndsAtOnce() async throws {
    let server = try StubServer { _ in .text("") }
    defer { server.stop() }
    #expect(try await open(server).body.collect() == [])
  }

  @Test func aBodyThatBreaksOffFailsItsReader() async throws {
    let server = try StubServer { _ in
      .raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")
    }
    defer { server.stop() }
    let response = try await open(server)
    let error = await #expect(throws: AdaptorError.self) { try await response.body.collect() }
    #expect(error?.code == .connection)
  }

  /// A transfer that has ended is used again, perhaps before its header has been looked at.
  @Test func eachOfManyKeepsItsHeader() async throws {
    let server = try StubServer { .text($0.text) }
    defer { server.stop() }
    let url = try WebURL(server.url + "/")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<16 {
        group.addTask {
          for number in 0..<50 {
            let text = Array("\(worker) \(number)".utf8)
            let response = try await HTTPClient.shared().open(
              HTTPRequest("POST", url, body: .bytes(text), timeout: .seconds(5)))
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/plain")
            #expect(try await response.body.collect() == text)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func noAnswerFailsTheOpening() async throws {
    let server = try StubServer { _ in .raw("") }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) { try await open(server) }
    #expect(error?.code == .connection)
  }

  @Test func aCancelledStreamIsOverAndTheClientGoesOn() async throws {
    let server = try StubServer { _ in .text(String(repeating: "x", count: 4_000_000)) }
    defer { server.stop() }
    let response = try await open(server)
    _ = try await response.body.next()
    response.body.cancel()
    response.body.cancel()
    #expect(try await open(server, "/again").body.collect().count == 4_000_000)
  }

  @Test func aSwiftJobGetsTextInsteadOfAStream() async throws {
    let server = try StubServer { _ in .text("as text") }
    defer { server.stop() }
    let http = try HTTP(configuration: .init(baseUrl: server.url))
    var options = RequestOptions()
    options.parseAs = "stream"
    let state = try await http.get("/", options: options)(State())
    #expect(state.data == "as text")
  }
}
