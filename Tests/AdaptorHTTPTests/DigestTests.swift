import AdaptorCore
import AdaptorHTTP
import AdaptorTesting
import Testing

/// Against a real Apache with mod_auth_digest, which Scripts/test starts.
@Suite(.enabled(if: environment("APACHE_URL") != nil, "needs APACHE_URL: run Scripts/test unit"))
struct DigestTests {
  private func tester(
    password: String? = environment("APACHE_PASSWORD"), _ more: JSONObject = [:]
  ) throws -> OperationTester<HTTP> {
    let configuration: JSONObject = [
      "baseUrl": .string(environment("APACHE_URL") ?? ""),
      "username": .string(environment("APACHE_USER") ?? ""),
      "password": .string(password ?? ""),
    ]
    return try OperationTester(HTTP.self, configuration: .object(configuration.merging(more)))
  }

  @Test(arguments: [[:], ["authentication": "digest"]] as [JSONObject])
  func aChallengeIsAnswered(more: JSONObject) async throws {
    let tester = try tester(more)
    for _ in 0..<3 {
      let state = try await tester.run("get", ["/patients.json"])
      #expect(state["response"]["statusCode"] == 200)
      #expect(state.data != .null)
    }
  }

  @Test func aWrongPasswordIsA401() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(password: "wrong").run("get", ["/patients.json"])
    }
    #expect(error?.details["statusCode"] == 401)
  }
}
