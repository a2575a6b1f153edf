import AdaptorCore
import AdaptorTesting
import Testing

@testable import AdaptorHTTP

@Suite struct ConnectionOptionTests {
  private func tester(
    _ server: StubServer, _ configuration: JSONObject = [:]
  ) throws -> OperationTester<HTTP> {
    let base: JSONObject = ["baseUrl": .string(server.url)]
    return try OperationTester(HTTP.self, configuration: .object(base.merging(configuration)))
  }

  @Test func aBodyThatIsTooLargeFailsTheRequest() async throws {
    let server = try StubServer { _ in .text(String(repeating: "x", count: 100_000)) }
    defer { server.stop() }
    let tester = try tester(server)
    let error = await #expect(throws: AdaptorError.self) {
      try await tester.run("get", ["/", ["maxBodySize": 99_999]])
    }
    #expect(error?.details["code"] == "BODY_TOO_LARGE")
    #expect(error?.message.contains("maxBodySize, 99999 bytes") == true)
    let state = try await tester.run("get", ["/", ["maxBodySize": 100_000]])
    #expect(state.data.string?.count == 100_000)
  }

  @Test func aStreamThatIsTooLargeFailsItsReader() async throws {
    let server = try StubServer { _ in .text(String(repeating: "x", count: 3_000_000)) }
    defer { server.stop() }
    var request = HTTPRequest("GET", try WebURL(server.url))
    request.maxBodySize = 2_000_000
    let response = try await HTTPClient.shared().open(request)
    let error = await #expect(throws: AdaptorError.self) { try await response.body.collect() }
    #expect(error?.details["code"] == "BODY_TOO_LARGE")
  }

  @Test func cookiesAreKeptOnlyWhenAskedFor() async throws {
    let server = try StubServer { _ in
      .text("", headers: ["content-type": "text/plain", "set-cookie": "session=s1; Path=/"])
    }
    defer { server.stop() }
    let plain = try tester(server)
    let keeping = try tester(server, ["cookies": true])
    for tester in [plain, keeping] { for _ in 1...2 { _ = try await tester.run("get", ["/"]) } }
    let sent = server.requests.map { $0.headers["cookie"] }
    #expect(sent == [nil, nil, nil, "session=s1"])
  }

  @Test func aRequestGoesByTheProxyThatIsNamed() async throws {
    let proxy = try StubServer { .text("by proxy: \($0.target)") }
    defer { proxy.stop() }
    let address = proxy.url.replacing("http://", with: "http://user:secret@")
    let tester = try OperationTester(
      HTTP.self, configuration: ["baseUrl": "http://nowhere.invalid", "proxy": .string(address)])
    let state = try await tester.run("get", ["/a"])
    #expect(state.data == "by proxy: http://nowhere.invalid/a")
    let credentials = Base64.encode(Array("user:secret".utf8))
    #expect(proxy.requests[0].headers["proxy-authorization"] == "Basic \(credentials)")
  }

  @Test func anOptionWinsOverTheConfiguration() async throws {
    let server = try StubServer { _ in .text("direct") }
    defer { server.stop() }
    let tester = try tester(server, ["proxy": "http://127.0.0.1:9"])
    #expect(try await tester.run("get", ["/", ["proxy": false]]).data == "direct")
    let error = await #expect(throws: AdaptorError.self) { try await tester.run("get", ["/"]) }
    #expect(error?.details["code"] == "ECONNREFUSED")
  }
}
