import AdaptorCore
import AdaptorTesting
import Testing

@testable import AdaptorPostgreSQL

@Suite struct ConfigurationTests {
  @Test func declarationsAreSound() {
    #expect(DeclarationCheck.problems(of: PostgreSQL.self) == [])
  }

  @Test(arguments: [(5433, 5433), ("5433", 5433), ("", nil), (.null, nil)] as [(JSON, Int?)])
  func ports(value: JSON, expected: Int?) throws {
    #expect(try Self.configuration(["port": value]).port == expected)
  }

  @Test(arguments: ["port x", 0, 70_000, true] as [JSON])
  func refusedPorts(value: JSON) {
    let error = #expect(throws: AdaptorError.self) { try Self.configuration(["port": value]) }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.hasSuffix("at .port: expected a port from 1 to 65535") == true)
  }

  @Test func textsMayBeNumbers() throws {
    let configuration = try Self.configuration(["password": 12345, "database": 7])
    #expect(configuration.password == "12345")
    #expect(configuration.database == "7")
  }

  @Test func plainUnlessAsked() throws {
    #expect(try Self.keywords([:])["sslmode"] == "disable")
    #expect(try Self.keywords(["ssl": true])["sslmode"] == "verify-full")
    let lax = try Self.keywords(["ssl": true, "allowSelfSignedCert": true])
    #expect(lax["sslmode"] == "require")
  }

  @Test func passwordsAreNotPrinted() throws {
    let configuration = try Self.configuration([
      "user": "u", "password": "secret-word", "host": "h",
    ])
    #expect("\(configuration)" == "u@h:5432/?")
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("secret-word"))
  }

  private static func configuration(
    _ members: JSON
  ) throws(AdaptorError) -> PostgreSQL.Configuration {
    try PostgreSQL.open(configuration: members, context: AdaptorContext()).connection.configuration
  }

  private static func keywords(_ members: JSON) throws -> [String: String] {
    let parameters = try ConnectionParameters(try configuration(members), addresses: [])
    return Dictionary(parameters.keywords.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }
}

@Suite struct ConnectErrorTests {
  @Test func findsTheServersState() {
    let text = """
      connection to server at "h" (10.0.0.1), port 5432 failed: FATAL:  28P01: password \
      authentication failed for user "u"
      LOCATION:  auth_failed, auth.c:329
      """
    let error = DatabaseError.connecting(text, needsPassword: false)
    #expect(error.message == "password authentication failed for user \"u\"")
    #expect(error.details == ["name": "error", "severity": "FATAL", "code": "28P01"])
  }

  @Test func othersCannotConnect() {
    let error = DatabaseError.connecting(
      "connection to server at \"h\", port 1 failed: Connection refused\n\tIs it running?\n",
      needsPassword: false)
    #expect(error.details["code"] == "08001")
    #expect(error.message.contains("Connection refused"))
  }

  @Test func asksForAPassword() {
    let error = DatabaseError.connecting("fe_sendauth: no password supplied", needsPassword: true)
    #expect(error.details["code"] == "28P01")
    #expect(error.message == "the server asks for a password and none is configured")
  }
}
