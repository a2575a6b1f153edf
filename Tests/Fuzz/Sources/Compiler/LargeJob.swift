import Generators

/// Source text of 10 MB on one line.
///
/// None declares many names: acorn looks each up in a list, and only the timeout ends that.
enum LargeJob: String, CaseIterable {
  case operations, lazy, chains, string, comment, name, sum, list, members, calls, blanks, names
  case template, open, bytes, zeros, letters, arrows

  private static let size = 10_000_000

  func source(using random: inout SeededGenerator) -> [UInt8] {
    if self == .bytes {
      return (0..<Self.size).map { _ in UInt8.random(in: 0x20...0xFF, using: &random) }
    }
    if self == .names { return Self.jobNames }
    let (begin, unit, end) = pattern
    let count = Self.size / unit.utf8.count
    return Array(begin.utf8) + Array(repeatElement(Array(unit.utf8), count: count).joined())
      + Array(end.utf8)
  }

  /// What is repeated, and what stands around it.
  private var pattern: (begin: String, unit: String, end: String) {
    switch self {
    case .operations: ("", "fn(state=>state);", "")
    case .lazy: ("", "get('/a',$.data.b);", "")
    case .chains: ("fn()", ".then(a)", "")
    case .string: ("f('", "a", "')")
    case .comment: ("/*", "*", "*/f()")
    case .name: ("", "a", "()")
    case .sum: ("f(1", "+1", ")")
    case .list: ("f([", "1,", "])")
    case .members: ("f($", ".a", ")")
    case .calls: ("f", "()", "")
    case .blanks: ("export ", " ", "default f")
    case .template: ("f(`", "${a}", "`)")
    case .arrows: ("f(", "a=>a,", ")")
    case .open: ("", "(", "")
    case .zeros: ("", "\0", "")
    default: ("f('", "é😀", "')")
    }
  }

  /// Every name that the compiler would like to give the job's parameter.
  private static var jobNames: [UInt8] {
    var source: [UInt8] = []
    var number = 0
    while source.count < size {
      source += "__job\(number) ".utf8
      number += 1
    }
    return source
  }
}
