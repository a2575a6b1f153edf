import AdaptorCore
import AdaptorTesting
import Synchronization
import Testing

@testable import AdaptorHTTP

@Suite struct HTTPOperationTests {
  private func tester(
    _ server: StubServer, _ configuration: JSONObject = [:]
  ) throws -> OperationTester<HTTP> {
    let base: JSONObject = ["baseUrl": .string(server.url)]
    return try OperationTester(HTTP.self, configuration: .object(base.merging(configuration)))
  }

  @Test func declarationsAreInOrder() {
    #expect(DeclarationCheck.problems(of: HTTP.self).isEmpty)
    #expect(DeclarationCheck.problems(of: Common.self).isEmpty)
  }

  @Test func getSendsWhatOpenFnSendsAndTakesCompressedBodies() async throws {
    let server = try StubServer { _ in .json(["ok": true]) }
    defer { server.stop() }
    let state = try await tester(server).run("get", ["/a"], state: State(data: ["old": 1]))
    #expect(state.data == ["ok": true])
    #expect(state.references == [["old": 1]])
    #expect(state["response"]["statusCode"] == 200)
    #expect(state["response"]["method"] == "GET")
    let request = try #require(server.requests.first)
    #expect(request.headers.keys.sorted() == ["accept-encoding", "content-type", "host"])
    #expect(request.body.isEmpty)
  }

  private static let bodies: [(JSON, String)] = [
    (["a": [1, "zwei"]], "{\"a\":[1,\"zwei\"]}"), ([["a": 1]], "[{\"a\":1}]"), ("plain", "plain"),
    ("", ""), (0, ""), (false, ""), (.null, ""),
    (["type": "Buffer", "data": [104, 105]], "hi"),
  ]

  @Test(arguments: bodies) func bodyOnTheWire(data: JSON, sent: String) async throws {
    let server = try StubServer { .json(.string($0.text)) }
    defer { server.stop() }
    let state = try await tester(server).run("post", ["/", data])
    #expect(state.data == .string(sent))
    #expect(server.requests.first?.headers["content-length"] == "\(sent.utf8.count)")
  }

  @Test func aBodyThatCannotBeSentIsRefused() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("post", ["/", 7])
    }
    #expect(
      error?.description
        == "post: Unsupported body type: number. Send text, an object or a list")
    #expect(server.requests.isEmpty)
  }

  @Test func aFailingStatusKeepsEverything() async throws {
    let server = try StubServer { _ in .json(["why": "no"], status: 409) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/x"])
    }
    #expect(error?.message == "GET to \(server.url)/x returned 409: Conflict")
    #expect(error?.code == .status)
    #expect(error?.details["statusCode"] == 409)
    #expect(error?.details["statusMessage"] == "Conflict")
    #expect(error?.details["body"] == ["why": "no"])
    #expect(error?.details["headers"]?["content-type"] == "application/json")
  }

  @Test func aMalformedErrorBodyIsText() async throws {
    let server = try StubServer { _ in
      .text("{oops", status: 500, headers: ["content-type": "application/json"])
    }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/"])
    }
    #expect(error?.details["body"] == "{oops")
    #expect(error?.details["statusCode"] == 500)
  }

  @Test func aMalformedBodySaysSo() async throws {
    let server = try StubServer { _ in .text("{oops", headers: ["content-type": "application/json"])
    }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/"])
    }
    #expect(error?.message == "200: Error parsing the response body")
    #expect(
      error?.details["error"]
        == "expected a member name in quotes, found 'o' (line 1, column 2)")
  }

  @Test(arguments: [
    (
      "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
      "the connection closed before the body ended"
    ),
    ("", "other side closed"),
  ])
  func aConnectionThatBreaksIsAnError(answer: String, reason: String) async throws {
    let server = try StubServer { _ in .raw(answer) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/"])
    }
    #expect(error?.code == .connection)
    #expect(error?.details["code"] == "UND_ERR_SOCKET")
    #expect(error?.message.contains(reason) == true)
  }

  @Test func silenceEndsARequest() async throws {
    let server = try StubServer { _ in
      usleepForTests(2_000_000)
      return .json([:])
    }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/", ["timeout": 100]])
    }
    #expect(error?.details["code"] == "UND_ERR_HEADERS_TIMEOUT")
    #expect(error?.message.hasSuffix("Headers Timeout Error: no answer within 100ms") == true)
  }

  @Test func cancellationEndsARequest() async throws {
    let mayAnswer = Mutex(false)
    let server = try StubServer { _ in
      while !mayAnswer.withLock({ $0 }) { usleepForTests(1000) }
      return .json([:])
    }
    defer { server.stop() }
    let http = try HTTP(configuration: HTTPConfiguration(baseUrl: server.url))
    let task = Task { try await http.request("GET", "/") }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    mayAnswer.withLock { $0 = true }
  }

  @Test func credentialsStayWithTheirOrigin() async throws {
    let other = try StubServer { .json(.string($0.headers["authorization"] ?? "none")) }
    let server = try StubServer { request in
      request.target == "/away"
        ? .text("", status: 307, headers: ["location": "\(other.url)/there"])
        : .json(.string(request.headers["authorization"] ?? "none"))
    }
    defer {
      server.stop()
      other.stop()
    }
    let tester = try tester(server, ["access_token": "t"])
    #expect(try await tester.run("get", ["/here"]).data == "Bearer t")
    #expect(try await tester.run("get", ["/away"]).data == "none")
  }

  private static let redirects: [(Int, String, String)] = [
    (301, "POST", "GET "), (302, "POST", "GET "), (303, "PUT", "GET "), (307, "POST", "POST {}"),
    (308, "PUT", "PUT {}"), (301, "PUT", "PUT {}"),
  ]

  @Test(arguments: redirects)
  func methodsAfterARedirect(status: Int, method: String, expected: String) async throws {
    let server = try StubServer { request in
      request.target == "/from"
        ? .text("", status: status, headers: ["location": "/to"])
        : .json(.string("\(request.method) \(request.text)"))
    }
    defer { server.stop() }
    let http = try HTTP(configuration: HTTPConfiguration(baseUrl: server.url))
    let answer = try await http.request(method, "/from", data: RawJSON([:]))
    #expect(try answer.data?.parsed() == .string(expected))
  }

  @Test func aCircleOfRedirectsIsAnError() async throws {
    let server = try StubServer { _ in .text("round", status: 302, headers: ["location": "/"]) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/"])
    }
    #expect(error?.details["code"] == "UND_ERR_INVALID_ARG")
    #expect(server.requests.count == 1)
  }

  @Test func redirectsBeyondTheLimitAreTheAnswer() async throws {
    let server = try StubServer {
      .text("on", status: 302, headers: ["location": "\($0.target)x"])
    }
    defer { server.stop() }
    let state = try await tester(server).run("get", ["/"])
    #expect(state["response"]["statusCode"] == 302)
    #expect(server.requests.count == 6)
  }

  @Test func manyRequestsAtOnceAllArrive() async throws {
    let server = try StubServer { .json(.string($0.target)) }
    defer { server.stop() }
    let http = try HTTP(configuration: HTTPConfiguration(baseUrl: server.url))
    let answers = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<100 {
        group.addTask { try await http.request("GET", "/\(number)").data?.parsed().string }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1 ?? "") }
    }
    #expect(answers.count == 100)
  }

  @Test func aHeaderThatBreaksTheMessageIsRefused() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/", ["headers": ["x-bad": "a\r\nx-injected: 1"]]])
    }
    #expect(error?.message == "invalid x-bad header")
    #expect(server.requests.isEmpty)
  }

  @Test func aSwiftJobUsesTheSameOperations() async throws {
    let server = try StubServer { request in
      request.method == "GET" ? .json(["items": [1, 2]]) : .json(["got": .string(request.text)])
    }
    defer { server.stop() }
    let http = try HTTP(configuration: HTTPConfiguration(baseUrl: server.url))
    let job = Job {
      http.get("/items")
      each(.state { $0.data["items"].elements }) {
        http.post("/sink", .state { ["item": $0.data] })
      }
    }
    let final = try await job.run()
    #expect(final.data == ["got": "{\"item\":2}"])
    #expect(final["index"] == 1)
  }
}
