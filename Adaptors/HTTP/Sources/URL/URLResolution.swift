import AdaptorCore

extension WebURL {
  /// The URL of a request: `path` seen from `baseUrl`.
  ///
  /// A relative path is joined to the base's own path; an absolute URL must have the base's origin, so
  /// that credentials go nowhere else.
  ///
  /// - Parameters:
  ///   - path: a relative path, perhaps with a query, or an absolute URL; nil: the base itself.
  ///   - base: an absolute URL; nil or empty: `path` must be one.
  /// - Throws: `AdaptorError` with code `.invalidURL` whose `code` detail is `NO_URL`,
  ///   `UNEXPECTED_RELATIVE_URL`, `BASE_URL_MISMATCH` or `ERR_INVALID_URL`.
  public static func resolve(_ path: String?, base: String?) throws(AdaptorError) -> WebURL {
    let path = (path ?? "").withoutURLBlanks
    guard let base, !base.isEmpty else { return try absolute(path) }
    // Loops ask for one path with many queries.
    if let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")), mark > path.startIndex,
      let url = try remembered(String(path[..<mark]), at: base).adding(
        query: path[path.utf8.index(after: mark)...])
    {
      return url
    }
    return try remembered(path, at: base)
  }

  private static func remembered(_ path: String, at base: String) throws(AdaptorError) -> WebURL {
    try URLMemory.resolved.value("\(base)\0\(path)") { (_) throws(AdaptorError) in
      try resolve(path, at: base)
    }
  }

  private static func resolve(_ path: String, at base: String) throws(AdaptorError) -> WebURL {
    let baseURL = try WebURL(base)
    guard isAbsolute(path) else { return try baseURL.joining(path) }
    let target = try WebURL(path)
    guard target.origin == baseURL.origin else {
      throw mismatch(target.shown(for: path), baseURL.shown(for: base))
    }
    return target
  }

  private static func isAbsolute(_ path: String) -> Bool {
    let lowercased = path.lowercased()
    return lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://")
  }

  private static func absolute(_ path: String) throws(AdaptorError) -> WebURL {
    if isAbsolute(path) { return try WebURL(path) }
    throw path.isEmpty
      ? failure(
        "NO_URL", "NO_URL", description: "No URL provided",
        fix: "Give a path or URL, or set baseUrl in the configuration")
      : failure(
        "UNEXPECTED_RELATIVE_URL", "UNEXPECTED_RELATIVE_URL",
        description: "'\(path)' is relative and there is no baseUrl to start from",
        fix: "Set baseUrl in the configuration or give an absolute URL", ["url": .string(path)])
  }

  /// As the job or the configuration has it, but without query, user and password.
  private func shown(for given: String) -> String {
    withoutUser == text ? String(given.prefix { $0 != "?" && $0 != "#" }) : withoutQuery
  }

  private static func mismatch(_ target: String, _ base: String) -> AdaptorError {
    failure(
      "BASE_URL_MISMATCH", "Target origin does not match baseUrl origin",
      description: "Credentials for one origin are not sent to another",
      fix: "Use a path relative to baseUrl, or remove baseUrl from the configuration",
      ["target": .string(target), "baseUrl": .string(base)])
  }

  private static func failure(
    _ code: String, _ message: String, description: String, fix: String, _ more: JSONObject = [:]
  ) -> AdaptorError {
    let facts: JSONObject = [
      "code": .string(code), "description": .string(description), "fix": .string(fix),
    ]
    return AdaptorError(.invalidURL, message, details: facts.merging(more))
  }

  /// This URL with `path` appended as POSIX joins paths: slashes collapse, `.` and `..` are resolved.
  private func joining(_ path: String) throws(AdaptorError) -> WebURL {
    if path.isEmpty { return self }
    let end = path.firstIndex { $0 == "?" || $0 == "#" } ?? path.endIndex
    let root = "\(scheme)://\(authority)"
    // As in OpenFn, a path goes to the end of the base, even into its query.
    let own = text.dropFirst(root.count).prefix { $0 != "#" }
    return try WebURL(root + Self.normalized("\(own)/\(path[..<end])") + path[end...])
  }

  private var authority: Substring {
    text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let joined = "/" + parts.joined(separator: "/")
    return path.hasSuffix("/") && !parts.isEmpty ? joined + "/" : joined
  }
}
