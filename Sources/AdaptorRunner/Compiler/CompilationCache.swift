import AdaptorCore

/// Compiled jobs on disk, found by what they were made from.
///
/// An entry names its compiler, the adaptors' exports and the whole source, and all of it must be equal:
/// a damaged, foreign or outdated entry is ignored and written anew. Entries are written beside and
/// renamed, so that runs at the same time never see half of one.
struct CompilationCache {
  /// nil: nothing is cached.
  let folder: String?

  /// The user's cache folder: `$XDG_CACHE_HOME/swift-adaptors`, or under `~/.cache`.
  static func standard(environment: [String: String]) -> CompilationCache {
    let base =
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].map { "\($0)/.cache" }
    return CompilationCache(folder: base.map { "\($0)/swift-adaptors" })
  }

  func find(_ source: [UInt8], key: String) -> CompiledJob? {
    guard let path = path(source, key), FileSystem.exists(path),
      let entry = try? FileSystem.read(path)
    else { return nil }
    return Self.decode(entry, source: source, key: key)
  }

  /// Keeps a compiled job. A cache that cannot be written costs time only, so failures are not errors.
  func store(_ job: CompiledJob, key: String) {
    guard let folder, let path = path(job.source, key) else { return }
    try? FileSystem.makeDirectory(folder, mode: 0o700)
    try? FileSystem.write(Self.encode(job, key: key), to: path, mode: 0o600)
  }

  private func path(_ source: [UInt8], _ key: String) -> String? {
    folder.map { "\($0)/\(String(Self.hash(Array(key.utf8) + source), radix: 16)).job" }
  }

  /// FNV-1a, 64 bits. It only finds the file: the entry itself proves that it is the right one.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  // An entry is a line of JSON, then the source, then the code.

  private static func encode(_ job: CompiledJob, key: String) -> [UInt8] {
    let head: JSON = [
      "key": .string(key), "source": .int(job.source.count), "code": .int(job.code.count),
      "insertions": job.insertions, "sum": .string(sum(job.code, job.insertions)),
    ]
    return head.bytes() + [0x0A] + job.source + job.code
  }

  private static func decode(_ entry: [UInt8], source: [UInt8], key: String) -> CompiledJob? {
    guard let lineEnd = entry.firstIndex(of: 0x0A),
      let head = try? JSON(parsing: Array(entry[..<lineEnd])),
      let codeLength = head["code"].int, head["key"].string == key
    else { return nil }
    let body = entry[(lineEnd + 1)...]
    guard body.count == source.count + codeLength, body.starts(with: source) else { return nil }
    let code = Array(body.dropFirst(source.count))
    guard head["sum"].string == sum(code, head["insertions"]) else { return nil }
    return CompiledJob(source: source, code: code, insertions: head["insertions"])
  }

  /// Tells a damaged entry; it is no protection against someone who may write the user's files.
  private static func sum(_ code: [UInt8], _ insertions: JSON) -> String {
    String(hash(code + insertions.bytes()), radix: 16)
  }
}
