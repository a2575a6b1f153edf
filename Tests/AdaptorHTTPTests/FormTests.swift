import AdaptorCore
import AdaptorTesting
import Testing

@testable import AdaptorHTTP

@Suite struct FormTests {
  private func sent(_ data: JSON, _ options: JSON) async throws -> StubServer.Request {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    let tester = try OperationTester(
      HTTP.self, configuration: ["baseUrl": .string(server.url)])
    _ = try await tester.run("post", ["/", data, options])
    return try #require(server.requests.first)
  }

  @Test func urlencoded() async throws {
    let request = try await sent(
      ["a": "x y&z", "b": [1, true], "c": .null, "é": "ü"], ["contentType": "urlencoded"])
    #expect(request.text == "a=x+y%26z&b=1&b=true&c=&%C3%A9=%C3%BC")
    #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
  }

  @Test func filesStandBesideTheFields() async throws {
    let request = try await sent(
      ["kind": "scan"],
      [
        "files": [
          "b": [
            "filename": "b.png", "content": "AAEC", "encoding": "base64",
            "contentType": "image/png",
          ],
          "a": ["filename": "a.txt", "content": "text"],
        ]
      ])
    let parts = request.text
    #expect(parts.contains("form-data; name=\"kind\"\r\n\r\nscan\r\n"))
    #expect(
      parts.contains(
        "form-data; name=\"a\"; filename=\"a.txt\"\r\nContent-Type: application/octet-stream\r\n\r\ntext"
      ))
    #expect(
      parts.contains(
        "name=\"b\"; filename=\"b.png\"\r\nContent-Type: image/png\r\n\r\n\u{0}\u{1}\u{2}\r\n"))
  }

  @Test func aBufferIsAFile() async throws {
    let request = try await sent(
      .null,
      ["files": ["f": ["filename": "f", "content": ["type": "Buffer", "data": [104, 105]]]]])
    #expect(request.text.contains("\r\n\r\nhi\r\n"))
  }

  @Test func contentThatIsNoFileIsRefused() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await sent(
        [:], ["files": ["f": ["filename": "f", "content": "***", "encoding": "base64"]]])
    }
    #expect(error?.code == .invalidRequest)
  }
}
