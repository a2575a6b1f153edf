import AdaptorCore

/// The JavaScript libraries that the system keeps, such as Debian's `node-lodash`.
struct NodeLibraries {
  /// Folders that hold packages, in the order of search.
  let folders: [String]

  /// Those of `ADAPTOR_NODE_PATH` (separated by colons), then Debian's.
  static func standard(environment: [String: String]) -> NodeLibraries {
    let own = environment["ADAPTOR_NODE_PATH"]?.split(separator: ":").map(String.init) ?? []
    return NodeLibraries(folders: own + ["/usr/share/nodejs", "/usr/lib/nodejs"])
  }

  /// The text of a file inside a package (`acorn/dist/acorn.js`).
  ///
  /// - Throws: `AdaptorError` that names the Debian package to install.
  func read(_ path: String) throws(AdaptorError) -> [UInt8] {
    for folder in folders {
      let file = "\(folder)/\(path)"
      if FileSystem.exists(file) { return try FileSystem.read(file) }
    }
    let package = path.prefix { $0 != "/" }
    throw AdaptorError(
      .missingLibrary,
      "the JavaScript library '\(package)' is not installed (looked in "
        + "\(folders.joined(separator: ", "))). Install the package node-\(package), or name a "
        + "folder that has it in ADAPTOR_NODE_PATH")
  }
}

extension AdaptorError.Code {
  /// A JavaScript library of the system is not installed.
  static let missingLibrary = Self("missingLibrary")
}
