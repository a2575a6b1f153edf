import AdaptorCore
import AdaptorTesting
import ExampleAdaptor
import Testing

@Suite struct ExampleTests {
  @Test func declarationsAreInOrder() {
    #expect(DeclarationCheck.problems(of: Example.self).isEmpty)
  }

  @Test func findPutsRecordsOnData() async throws {
    let server = try StubServer { _ in .json(["records": [["id": 1], ["id": 2]]]) }
    defer { server.stop() }
    let tester = try OperationTester(
      Example.self, configuration: ["baseUrl": .string(server.url), "token": "secret-token"])

    let state = try await tester.run("find", ["patients", 2])

    #expect(state.data == [["id": 1], ["id": 2]])
    let request = try #require(server.requests.first)
    #expect(request.target == "/patients?limit=2")
    #expect(request.headers["authorization"] == "Bearer secret-token")
  }

  @Test func aLimitOutOfRangeIsRefused() async throws {
    let tester = try OperationTester(
      Example.self, configuration: ["baseUrl": "http://127.0.0.1:9", "token": "t"])
    let error = await #expect(throws: AdaptorError.self) {
      try await tester.run("find", ["patients", 0])
    }
    #expect(error?.description == "find: limit must be 1 to 1000, found 0")
  }

  @Test func aMissingConfigurationIsExplained() {
    let error = #expect(throws: AdaptorError.self) { try OperationTester(Example.self) }
    #expect(error?.message.contains("missing key 'baseUrl'") == true)
  }
}
