import AdaptorCore

/// A file that has the body of a response.
struct SavedFile: Sendable {
  let path: String
  let size: Int
  let sha256: String

  /// What the operation's data become: `path`, `size` (bytes) and `sha256`.
  var json: JSON {
    ["path": .string(path), "size": .int(size), "sha256": .string(sha256)]
  }
}
