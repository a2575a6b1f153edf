import AdaptorCore
import AdaptorTesting
import Foundation
import Testing

@testable import AdaptorDHIS2

private func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// Against the stateful simulator, which Scripts/test starts.
@Suite(.enabled(if: environment("DHIS2_URL") != nil, "needs DHIS2_URL: run Scripts/test unit"))
struct DHIS2SimulatorTests {
  private let tester: OperationTester<DHIS2>
  /// Names are unique in DHIS2; every test gets its own.
  private let name = "Unit \(UUID().uuidString.prefix(8))"

  init() throws {
    tester = try OperationTester(
      DHIS2.self,
      configuration: [
        "hostUrl": .string(environment("DHIS2_URL") ?? ""),
        "username": .string(environment("DHIS2_USER") ?? ""),
        "password": .string(environment("DHIS2_PASSWORD") ?? ""),
      ])
  }

  private var unit: JSON {
    ["name": .string(name), "shortName": .string(name), "openingDate": "2020-01-01"]
  }

  @Test func anOrganisationUnitLivesAndDies() async throws {
    let created = try await tester.run("create", ["organisationUnits", unit])
    let id = try #require(created.data["response"]["uid"].string)

    var renamed = unit
    renamed["name"] = .string("\(name) renamed")
    let updated = try await tester.run("update", ["organisationUnits", .string(id), renamed])
    #expect(updated.data["httpStatusCode"] == 200)

    let read = try await tester.run("get", ["organisationUnits/\(id)" as JSON])
    #expect(read.data["name"] == .string("\(name) renamed"))

    let destroyed = try await tester.run("destroy", ["organisationUnits", .string(id)])
    #expect(destroyed.data["httpStatusCode"] == 200)

    let error = await #expect(throws: AdaptorError.self) {
      try await tester.run("get", ["organisationUnits/\(id)" as JSON])
    }
    #expect(error?.details["statusCode"] == 404)
    #expect(error?.details["body"]?["errorCode"] == "E1005")
  }

  @Test func upsertCreatesOnceAndUpdatesThen() async throws {
    let query: JSON = ["filter": .string("name:eq:\(name)")]
    let first = try await tester.run("upsert", ["organisationUnits", query, unit])
    #expect(first.data["httpStatusCode"] == 201)
    let second = try await tester.run("upsert", ["organisationUnits", query, unit])
    #expect(second.data["httpStatusCode"] == 200)
  }

  @Test func aConflictCarriesTheReport() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await tester.run("create", ["organisationUnits", ["name": "no dates"]])
    }
    #expect(error?.details["statusCode"] == 409)
    #expect(error?.details["body"]?["response"]["errorReports"].elements.isEmpty == false)
  }

  @Test func aTokenIsAsGoodAsAPassword() async throws {
    let tester = try OperationTester(
      DHIS2.self,
      configuration: [
        "hostUrl": .string(environment("DHIS2_URL") ?? ""),
        "pat": .string(environment("DHIS2_TOKEN") ?? ""),
      ])
    #expect(try await tester.run("get", ["me"]).data["username"] == "admin")
  }

  @Test func aWrongPasswordIsA401() async throws {
    let tester = try OperationTester(
      DHIS2.self,
      configuration: [
        "hostUrl": .string(environment("DHIS2_URL") ?? ""), "username": "admin",
        "password": "wrong password",
      ])
    let error = await #expect(throws: AdaptorError.self) { try await tester.run("get", ["me"]) }
    #expect(error?.details["statusCode"] == 401)
  }
}
