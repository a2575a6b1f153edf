import Glibc

/// The line that shows how far a part is, on a terminal only, and the line that sums it up.
struct Progress {
  private static let isTerminal = isatty(1) == 1

  let part: Part
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now
  private(set) var inputs = 0

  init(part: Part) { self.part = part }

  mutating func add(_ count: Int) {
    inputs += count
    guard Self.isTerminal, .now - shown > .milliseconds(200) else { return }
    shown = .now
    print("\r\(summary)", terminator: "\u{1B}[K")
    fflush(nil)
  }

  func finish() {
    print(Self.isTerminal ? "\r\(summary)\u{1B}[K" : summary)
    fflush(nil)
  }

  private var summary: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let name = part.rawValue.padding(9)
    return "\(name)\("\(inputs)".padding(8)) inputs, \(Int(Double(inputs) / max(seconds, 0.001)))/s"
  }
}

extension String {
  /// The text with blanks behind it, `width` characters in all.
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
