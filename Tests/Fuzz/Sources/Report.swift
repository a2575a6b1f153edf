import Foundation
import Glibc

/// Tells of a failure and keeps its input.
struct Report {
  let seed: UInt64
  let part: Part

  private static let folder = ".build/fuzz"

  func tell(_ failure: Failure) throws {
    let path = "\(Self.folder)/\(part.rawValue)-\(seed).\(part.fileEnding)"
    try FileManager.default.createDirectory(
      atPath: Self.folder, withIntermediateDirectories: true)
    let file = fopen(path, "w")
    fwrite(failure.input, 1, failure.input.count, file)
    fclose(file)
    print(
      """

      fuzz: \(part.rawValue): \(failure.reason)
      The input (\(failure.input.count) bytes): \(shown(failure.input))
      It is in \(path). Repeat it with
        Tests/Fuzz/run --only \(part.rawValue) --input \(path)
      and everything before it with
        Tests/Fuzz/run --only \(part.rawValue) --seed \(seed)
      """)
  }

  private func shown(_ input: [UInt8]) -> String {
    let start = String(decoding: input.prefix(400), as: UTF8.self).debugDescription
    return input.count > 400 ? start + "…" : start
  }
}
