import Foundation

/// Looks whether the process grows while it does the same over and over.
struct MemoryCheck {
  /// Measured from here on: until then caches fill, and code is compiled.
  private static let warmUp = 20_000
  /// JavaScriptCore keeps 1.3 KB of each script whose syntax it has checked, and not all inputs get there.
  private static func allowance(_ inputs: Int) -> Int { (100 << 20) + 1_000 * inputs }

  private var start: Int?

  /// - Returns: what is wrong; nil: nothing.
  mutating func verdict(after inputs: Int) -> String? {
    guard inputs >= Self.warmUp, let size = Self.residentSize else { return nil }
    guard let start else {
      start = size
      return nil
    }
    self.start = min(start, size)
    guard size - start > Self.allowance(inputs) else { return nil }
    return "memory has grown from \(start >> 20) to \(size >> 20) MB after \(inputs) inputs"
  }

  private static var residentSize: Int? {
    let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
      separator: " ")
    return fields.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * 4096 }
  }
}
