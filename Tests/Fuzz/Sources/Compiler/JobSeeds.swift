import AdaptorCore
import Foundation

/// The jobs of this repository.
enum JobSeeds {
  private static let folders = ["Templates", "Benchmarks/jobs", "Documentation/Demo"]
  private static let suite = "Tests/Conformance/suite"

  static func load() throws -> [[UInt8]] {
    var jobs: [[UInt8]] = []
    for folder in folders {
      for path in paths(folder) where path.hasSuffix(".js") { jobs.append(try read(path)) }
    }
    for path in paths(suite) { collect(try JSON(parsing: try read(path)), into: &jobs) }
    return jobs
  }

  /// In an order that does not depend on the file system: a seed must mean the same everywhere.
  private static func paths(_ folder: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.sorted().map { "\(folder)/\($0)" }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Every `job` and `expression` of a document.
  private static func collect(_ value: JSON, into jobs: inout [[UInt8]]) {
    for element in value.elements { collect(element, into: &jobs) }
    for member in value.object ?? [:] {
      if ["job", "expression"].contains(member.key), let text = member.value.string {
        jobs.append(Array(text.utf8))
      } else {
        collect(member.value, into: &jobs)
      }
    }
  }
}
