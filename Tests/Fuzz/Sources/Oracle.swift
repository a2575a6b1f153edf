import AdaptorCore

/// Python's json and csv, in a process of their own: `oracle.py`.
final class Oracle {
  private let process: ChildProcess

  init() throws(UsageError) {
    process = try ChildProcess(["python3", "-B", "Tests/Fuzz/oracle.py"], hasPipes: true)
  }

  /// - Returns: for each document its value as compact JSON text; nil when it is refused.
  func json(_ documents: [[UInt8]]) throws(UsageError) -> [[UInt8]?] {
    try ask("json", documents.map { Base64.encode($0) })
  }

  /// - Returns: CSV text for each table; nil for one that has none.
  func write(_ tables: [JSON]) throws -> [String?] {
    try ask("write", tables.map { $0.text() }).map {
      try $0.flatMap { try JSON(parsing: $0).string }
    }
  }

  /// - Returns: the rows of each text; nil when it is refused.
  func read(_ texts: [JSON]) throws -> [JSON?] {
    try ask("read", texts.map { $0.text() }).map { try $0.map { try JSON(parsing: $0) } }
  }

  private func ask(_ command: String, _ lines: [String]) throws(UsageError) -> [[UInt8]?] {
    try process.write("\(command) \(lines.count)\n" + lines.map { $0 + "\n" }.joined())
    let refused = Array("refused".utf8)
    return try process.readLines(lines.count).map { $0 == refused ? nil : $0 }
  }
}
