import AdaptorCore
import AdaptorPostgreSQL
import AdaptorTesting
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a connection begins, breaks and ends, on a real server.
@Suite(.enabled(if: ScratchServer.shared != nil, ScratchServer.missing))
struct ConnectionTests {
  let server: ScratchServer

  init() throws { server = try #require(ScratchServer.shared) }

  @Test(
    arguments: [
      (["password": "wrong"], "28P01", "password authentication failed for user \"USER\""),
      (["database": "nowhere"], "3D000", "database \"nowhere\" does not exist"),
    ] as [(JSONObject, String, String)])
  func refusals(members: JSONObject, code: String, message: String) async throws {
    let error = try #require(await server.tester(members).failure("sql", ["select 1"]))
    #expect(error.details["code"] == .string(code))
    #expect(error.message == message.replacing("USER", with: server.user))
  }

  @Test(.enabled(if: getenv("PGPASSWORD") == nil, "libpq finds a password in PGPASSWORD"))
  func aMissingPasswordIsMissed() async throws {
    let error = try #require(await server.tester(["password": .null]).failure("sql", ["select 1"]))
    #expect(error.details["code"] == "28P01")
    #expect(error.message == "the server asks for a password and none is configured")
  }

  @Test func nobodyListens() async throws {
    let error = try #require(await server.tester(["port": 1]).failure("sql", ["select 1"]))
    #expect(error.details["code"] == "08001")
    #expect(error.message.contains("Connection refused"))
    #expect(!error.message.contains(server.password))
  }

  @Test func hostNamesAreLookedUp() async throws {
    #expect(try await server.tester(["host": "localhost"]).rows("select 1 as a") == [["a": 1]])
    let error = try #require(
      await server.tester(["host": "nowhere.invalid"]).failure("sql", ["select 1"]))
    #expect(error.details["code"] == "08001")
    #expect(error.message.contains("could not translate host name \"nowhere.invalid\""))
  }

  @Test func encryptionIsNeverLeftOut() async throws {
    let error = try #require(await server.tester(["ssl": true]).failure("sql", ["select 1"]))
    #expect(error.message.contains("server does not support SSL"))
  }

  @Test func aSilentServerIsGivenUp() async throws {
    let silent = try SilentListener()
    let tester = try server.tester(["port": .int(silent.port), "connectTimeout": 0.2])
    let error = try #require(await tester.failure("sql", ["select 1"]))
    #expect(error.details["code"] == "08001")
    #expect(error.message == "the server did not answer within 0.2 seconds")
  }

  @Test func aKilledConnectionIsReportedAndMadeAnew() async throws {
    let tester = try server.tester()
    let pid = try await tester.rows("select pg_backend_pid() as pid")[0]["pid"]
    try await server.tester().rows("select pg_terminate_backend($1)", [pid])
    let error = try #require(await tester.failure("sql", ["select 1"]))
    #expect(["57P01", "08006"].contains(error.details["code"]))
    #expect(try await tester.rows("select 1 as a") == [["a": 1]])
  }

  @Test func aConnectionKilledInTheMiddleIsReported() async throws {
    let tester = try server.tester()
    let pid = try await tester.rows("select pg_backend_pid() as pid")[0]["pid"]
    async let error = tester.failure("sql", ["select pg_sleep(30)"])
    try await Task.sleep(for: .milliseconds(100))
    try await server.tester().rows("select pg_terminate_backend($1)", [pid])
    #expect(try #require(await error).details["code"] == "57P01")
  }

  @Test func operationsRunOneAfterAnother() async throws {
    let tester = try server.tester()
    try await tester.rows("create temp table counted (n int)")
    await withTaskGroup { group in
      for number in 0..<50 {
        group.addTask { await tester.failure("insert", ["counted", ["n": .int(number)]]) }
      }
      for await error in group { #expect(error == nil) }
    }
    let counted = try await tester.rows("select count(distinct n)::int as n from counted")
    #expect(counted == [["n": 50]])
  }

  @Test func aCancelledStatementEndsAndTheConnectionStays() async throws {
    let tester = try server.tester()
    let pid = try await tester.rows("select pg_backend_pid() as pid")
    let began = ContinuousClock.now
    let task = Task { await tester.failure("sql", ["select pg_sleep(30)"]) }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    #expect(await task.value?.details["code"] == "57014")
    #expect(ContinuousClock.now - began < .seconds(5))
    #expect(try await tester.rows("select pg_backend_pid() as pid") == pid)
  }

  @Test func closingEndsWhatRuns() async throws {
    let tester = try server.tester()
    let pid = try await tester.rows("select pg_backend_pid() as pid")[0]["pid"]
    let task = Task { await tester.failure("sql", ["select pg_sleep(30)"]) }
    while try await server.isIdle(pid) { try await Task.sleep(for: .milliseconds(5)) }
    await tester.close()
    #expect(await task.value?.message == "the connection was closed")
    #expect(try await server.isIdle(pid))
    #expect(await tester.failure("sql", ["select 1"])?.message == "the connection is closed")
  }

  @Test func closingUndoesAnOpenTransaction() async throws {
    let other = try server.tester()
    try await other.rows("drop table if exists kept")
    try await other.rows("create table kept (n int)")
    let tester = try server.tester()
    try await tester.rows("begin")
    try await tester.rows("insert into kept values (1)")
    await tester.close()
    #expect(try await other.rows("select * from kept") == [])
  }
}

/// A port that takes connections and says nothing.
private struct SilentListener: ~Copyable {
  let port: Int
  private let socket: Int32

  init() throws {
    #if canImport(Glibc)
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = self.socket
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(socket, pointer, size) == 0 && getsockname(socket, pointer, &size) == 0
    }
    #expect(isBound && listen(socket, 4) == 0)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(socket) }
}
