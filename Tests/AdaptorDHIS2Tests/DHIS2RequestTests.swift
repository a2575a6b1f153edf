import AdaptorCore
import AdaptorTesting
import Testing

@testable import AdaptorDHIS2

@Suite struct DHIS2RequestTests {
  private func server() throws -> StubServer {
    try StubServer { request in
      switch request.target {
      case "/dev/api/sites?filter=none": .json(["sites": []])
      case "/dev/api/sites?filter=one": .json(["sites": [["id": "S1"]]])
      case "/dev/api/sites?filter=two": .json(["sites": [["id": "S1"], ["id": "S2"]]])
      case "/dev/api/sites?fields=name": .json(["sites": [["name": "North"]]])
      case "/dev/api/login": .text("", status: 302, headers: ["location": "/login.action"])
      default:
        .json([
          "call": .string("\(request.method) \(request.target)"),
          "auth": .string(request.headers["authorization"] ?? ""), "body": .string(request.text),
        ])
      }
    }
  }

  private func tester(
    _ server: StubServer, _ more: JSONObject = [:]
  ) throws -> OperationTester<DHIS2> {
    let configuration: JSONObject = [
      "hostUrl": .string("\(server.url)/dev"), "username": "admin", "password": "district",
    ]
    return try OperationTester(DHIS2.self, configuration: .object(configuration.merging(more)))
  }

  @Test func declarationsAreInOrder() {
    #expect(DeclarationCheck.problems(of: DHIS2.self).isEmpty)
  }

  private static let calls: [(String, [JSON], String, String)] = [
    ("get", ["me"], "GET /dev/api/me", ""),
    (
      "get", ["a", ["filter": ["x:eq:1", "y:eq:2"]]],
      "GET /dev/api/a?filter=x%3Aeq%3A1&filter=y%3Aeq%3A2", ""
    ),
    ("create", ["a", ["n": 1]], "POST /dev/api/a", "{\"n\":1}"),
    ("update", ["a", "ID", ["n": 1]], "PUT /dev/api/a/ID", "{\"n\":1}"),
    ("update", ["a", 7, ["n": 1]], "PUT /dev/api/a/7", "{\"n\":1}"),
    ("destroy", ["a", "ID"], "DELETE /dev/api/a/ID", ""),
    ("http.post", ["resourceTables"], "POST /dev/api/resourceTables", "{}"),
    ("upsert", ["sites", ["filter": "none"], ["n": 1]], "POST /dev/api/sites", "{\"n\":1}"),
    ("upsert", ["sites", ["filter": "one"], ["n": 1]], "PUT /dev/api/sites/S1", "{\"n\":1}"),
    (
      "create", ["events", ["event": "E"]],
      "POST /dev/api/tracker?async=false&importStrategy=CREATE", "{\"events\":[{\"event\":\"E\"}]}"
    ),
    (
      "create", ["events", [["event": "E"]]],
      "POST /dev/api/tracker?async=false&importStrategy=CREATE", "{\"events\":[{\"event\":\"E\"}]}"
    ),
    (
      "destroy", ["trackedEntities", "T1"],
      "POST /dev/api/tracker?async=false&importStrategy=DELETE",
      "{\"trackedEntities\":[{\"trackedEntity\":\"T1\"}]}"
    ),
    (
      "tracker.import", ["CREATE", ["events": []]],
      "POST /dev/api/tracker?async=false&importStrategy=CREATE", "{\"events\":[]}"
    ),
    ("tracker.export", ["events", ["program": "P"]], "GET /dev/api/tracker/events?program=P", ""),
    ("http.patch", ["a", "ID", [["op": "add"]]], "PATCH /dev/api/a/ID", "[{\"op\":\"add\"}]"),
  ]

  @Test(arguments: calls)
  func requests(name: String, arguments: [JSON], call: String, body: String) async throws {
    let server = try server()
    defer { server.stop() }
    let state = try await tester(server).run(name, arguments)
    #expect(state.data["call"] == .string(call))
    #expect(state.data["body"] == .string(body))
  }

  private static let credentials: [(JSONObject, String)] = [
    (["pat": "d2pat_x"], "ApiToken d2pat_x"), ([:], "Basic YWRtaW46ZGlzdHJpY3Q="),
    (["username": 77, "password": 12345], "Basic Nzc6MTIzNDU="),
  ]

  @Test(arguments: credentials)
  func authentication(more: JSONObject, expected: String) async throws {
    let server = try server()
    defer { server.stop() }
    #expect(try await tester(server, more).run("get", ["me"]).data["auth"] == .string(expected))
  }

  @Test(arguments: ["42", 42] as [JSON]) func theVersionGoesIntoThePath(version: JSON) async throws
  {
    let server = try server()
    defer { server.stop() }
    let state = try await tester(server, ["apiVersion": version]).run("get", ["me"])
    #expect(state.data["call"] == "GET /dev/api/42/me")
  }

  @Test func aRedirectIsAnError() async throws {
    let server = try server()
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["login"])
    }
    #expect(
      error?.message
        == "302: Response has redirect status, but 'maxRedirections' is not set")
  }

  @Test func anAmbiguousUpsertWritesNothing() async throws {
    let server = try server()
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("upsert", ["sites", ["filter": "two"], ["n": 1]])
    }
    #expect(
      error?.message == "409: Upsert failed: Multiple records found for a non-unique attribute.")
    #expect(server.requests.count == 1)
  }

  @Test func anUpsertOfARecordWithoutItsIdWritesNothing() async throws {
    let server = try server()
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("upsert", ["sites", ["fields": "name"], ["n": 1]])
    }
    #expect(
      error?.message
        == "the record that the query found has no 'id'; let the query's fields include it")
    #expect(server.requests.count == 1)
  }

  @Test func missingCredentialsAndHostAreExplained() async throws {
    let noHost = #expect(throws: AdaptorError.self) { try OperationTester(DHIS2.self) }
    #expect(noHost?.message == "hostUrl is missing; set it to the address of the DHIS2 server")
    let tester = try OperationTester(DHIS2.self, configuration: ["hostUrl": "http://127.0.0.1:9"])
    let error = await #expect(throws: AdaptorError.self) { try await tester.run("get", ["me"]) }
    #expect(error?.message.hasPrefix("Invalid authorization credentials.") == true)
  }
}
