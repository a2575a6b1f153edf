import AdaptorCore
import AdaptorRunner

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the checkout of swift-adaptors that a new package depends on.
enum PackageLocation {
  /// The folder named on the command line, or the checkout around this program.
  ///
  /// - Throws: `AdaptorError` with code `.usage` when there is none.
  static func find(_ given: String?) throws(AdaptorError) -> String {
    let candidates = given.map { [$0] } ?? ancestors(of: executable)
    for folder in candidates where isCheckout(folder) { return absolute(folder) }
    throw AdaptorError(
      .usage,
      given.map { "'\($0)' is no checkout of swift-adaptors" }
        ?? "say where swift-adaptors is: --package FOLDER")
  }

  private static func isCheckout(_ folder: String) -> Bool {
    guard let bytes = try? FileSystem.read("\(folder)/Package.swift") else { return false }
    return String(decoding: bytes, as: UTF8.self).contains("name: \"swift-adaptors\",\n  platforms")
  }

  private static func ancestors(of path: String) -> [String] {
    var folders: [String] = []
    var folder = FileSystem.directory(of: path)
    while folder.count > 1 {
      folders.append(folder)
      folder = FileSystem.directory(of: folder)
    }
    return folders
  }

  private static var executable: String {
    #if os(Linux)
      absolute("/proc/self/exe")
    #else
      absolute(CommandLine.arguments[0])
    #endif
  }

  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
