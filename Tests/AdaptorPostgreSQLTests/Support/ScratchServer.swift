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

/// The PostgreSQL server for these tests: the one that `PGHOST` and its like name, else a scratch
/// cluster of their own, which ends when this process has ended.
struct ScratchServer {
  /// Nil where no server is installed.
  static let shared = fromEnvironment() ?? started()
  static let missing: Comment = "no PostgreSQL server could be started: see Scripts/setup"

  let host: String
  let port: Int
  let user: String
  let password: String
  let database: String

  private static func fromEnvironment() -> ScratchServer? {
    func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    guard let host = value("PGHOST"), let user = value("PGUSER"), let database = value("PGDATABASE")
    else { return nil }
    return ScratchServer(
      host: host, port: value("PGPORT").flatMap { Int($0) } ?? 5432, user: user,
      password: value("PGPASSWORD") ?? "", database: database)
  }

  private static func started() -> ScratchServer? {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    // The script lets go of the test's own output, or whoever reads that would wait for it.
    let script = """
      source "/\(folder)/Support/servers.sh"
      trap stop_servers EXIT
      start_postgres tests >&2 && echo "$POSTGRES_PORT $POSTGRES_PASSWORD"
      exec </dev/null >/dev/null 2>&1
      while kill -0 \(getpid()); do sleep 0.3; done
      """
    let quoted = script.replacing("'", with: "'\\''")
    guard let output = popen("exec bash -c '\(quoted)'", "r") else { return nil }
    var line = [CChar](repeating: 0, count: 256)
    // The stream stays open: closing it would wait for the script.
    guard fgets(&line, Int32(line.count), output) != nil else { return nil }
    let text = String(
      decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 2, let port = Int(words[0]) else { return nil }
    return ScratchServer(
      host: "127.0.0.1", port: port, user: "adaptor", password: words[1], database: "tests")
  }

  /// A configuration for this server, with some members of its own.
  func configuration(_ members: JSONObject = [:]) -> JSON {
    let standard: JSONObject = [
      "host": .string(host), "port": .int(port), "user": .string(user),
      "password": .string(password), "database": .string(database),
    ]
    return .object(standard.merging(members))
  }

  func tester(_ members: JSONObject = [:]) throws -> OperationTester<PostgreSQL> {
    try OperationTester(PostgreSQL.self, configuration: configuration(members))
  }

  /// Whether a backend runs no statement, or is gone.
  func isIdle(_ pid: JSON) async throws -> Bool {
    let running = try await tester().rows(
      "select from pg_stat_activity where pid = $1 and state = 'active'", [pid])
    return running == []
  }
}

extension OperationTester<PostgreSQL> {
  /// The rows that `text` yields.
  @discardableResult
  func rows(_ text: String, _ values: [JSON] = []) async throws -> JSON {
    try await run("sql", [.string(text), ["values": .array(values)]]).data
  }

  /// The error of an operation, or nil when there is none.
  func failure(_ name: String, _ arguments: [JSON]) async -> AdaptorError? {
    do {
      _ = try await run(name, arguments)
      return nil
    } catch {
      return error
    }
  }
}
