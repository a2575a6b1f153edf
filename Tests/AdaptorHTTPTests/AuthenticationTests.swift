import AdaptorCore
import AdaptorTesting
import Synchronization
import Testing

@testable import AdaptorHTTP

@Suite struct AuthenticationTests {
  private func tester(
    _ server: StubServer, _ configuration: JSONObject
  ) throws -> OperationTester<HTTP> {
    let base: JSONObject = ["baseUrl": .string(server.url)]
    return try OperationTester(HTTP.self, configuration: .object(base.merging(configuration)))
  }

  @Test func aKeyGoesIntoItsHeaderField() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    let configuration: JSONObject = ["authentication": "header", "apiKey": "the key"]
    _ = try await tester(server, configuration).run("get", ["/a"])
    _ = try await tester(server, configuration.merging(["keyName": "X-Own"])).run("get", ["/a"])
    #expect(server.requests[0].headers["x-api-key"] == "the key")
    #expect(server.requests[1].headers["x-own"] == "the key")
  }

  @Test func aKeyGoesIntoTheQueryAndNotIntoTheState() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    let state = try await tester(
      server, ["authentication": "query", "apiKey": "k&y", "keyName": "key"]
    ).run("get", ["/a?b=1", ["query": ["c": 2]]])
    #expect(server.requests[0].target == "/a?c=2&b=1&key=k%26y")
    #expect(!state["response"].text().contains("k&y"))
    #expect(!state["response"].text().contains("k%26y"))
  }

  @Test func aKeyDoesNotFollowToAnotherOrigin() async throws {
    let other = try StubServer { _ in .json([:]) }
    defer { other.stop() }
    let server = try StubServer { [url = other.url] _ in
      .text("", status: 302, headers: ["location": url + "/there"])
    }
    defer { server.stop() }
    for (authentication, name) in [("header", "X-Own"), ("query", "own")] {
      _ = try await tester(
        server,
        ["authentication": .string(authentication), "apiKey": "own key", "keyName": .string(name)]
      ).run("get", ["/a"])
    }
    for request in other.requests {
      #expect(request.headers["x-own"] == nil)
      #expect(request.target == "/there")
    }
    #expect(other.requests.count == 2)
  }

  /// A token endpoint that gives `t1`, `t2`, …, and a resource that takes the latest alone.
  private func service(lifetime: JSON = 3600) throws -> StubServer {
    let count = Mutex(0)
    return try StubServer { request in
      if request.target == "/token" {
        let token = count.withLock { count in
          count += 1
          return "token-\(count)"
        }
        return .json(["access_token": .string(token), "expires_in": lifetime])
      }
      let expected = count.withLock { "Bearer token-\($0)" }
      return request.headers["authorization"] == expected
        ? .json(["ok": true]) : .json(["error": "invalid_token"], status: 401)
    }
  }

  private func oauth2(_ server: StubServer) -> JSONObject {
    [
      "authentication": "oauth2",
      "oauth2": [
        "tokenUrl": .string(server.url + "/token"), "clientId": "id:1", "clientSecret": "s ecret",
        "scope": "read write",
      ],
    ]
  }

  @Test func aTokenIsFetchedOnce() async throws {
    let server = try service()
    defer { server.stop() }
    let tester = try tester(server, oauth2(server))
    for _ in 1...3 { #expect(try await tester.run("get", ["/a"]).data == ["ok": true]) }
    #expect(server.requests.map(\.target) == ["/token", "/a", "/a", "/a"])
    let request = server.requests[0]
    #expect(request.method == "POST")
    #expect(request.text == "grant_type=client_credentials&scope=read+write")
    #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
    let secret = Base64.encode(Array("id%3A1:s%20ecret".utf8))
    #expect(request.headers["authorization"] == "Basic \(secret)")
  }

  @Test func anExpiredTokenIsReplaced() async throws {
    let server = try service(lifetime: 5)
    defer { server.stop() }
    let tester = try tester(server, oauth2(server))
    for _ in 1...2 { #expect(try await tester.run("get", ["/a"]).data == ["ok": true]) }
    #expect(server.requests.map(\.target) == ["/token", "/a", "/token", "/a"])
  }

  @Test func aRefusedTokenIsReplacedOnce() async throws {
    let server = try service()
    defer { server.stop() }
    let tester = try tester(server, oauth2(server))
    _ = try await tester.run("get", ["/a"])
    // Somebody else's token makes ours invalid.
    let other = try self.tester(server, oauth2(server))
    _ = try await other.run("get", ["/a"])
    #expect(try await tester.run("get", ["/a"]).data == ["ok": true])
    #expect(server.requests.map(\.target).suffix(3) == ["/a", "/token", "/a"])
  }

  @Test func aTokenThatIsNotGivenIsToldWithTheAnswer() async throws {
    let server = try StubServer { _ in .json(["error": "invalid_client"], status: 401) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server, oauth2(server)).run("get", ["/a"])
    }
    #expect(error?.details["body"] == ["error": "invalid_client"])
    #expect(server.requests.count == 1)
  }

  @Test(
    arguments: [
      (["authentication": "header"], "apiKey"), (["authentication": "query"], "apiKey"),
      (["authentication": "oauth2"], "oauth2"),
    ] as [(JSON, String)])
  func whatIsMissingIsNamed(configuration: JSON, name: String) {
    let error = #expect(throws: AdaptorError.self) {
      try HTTP.open(configuration: configuration, context: AdaptorContext())
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.contains("'\(name)'") == true)
  }
}
