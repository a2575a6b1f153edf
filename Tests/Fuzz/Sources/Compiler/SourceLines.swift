/// Text by lines, as JavaScript counts them.
struct SourceLines {
  private(set) var lines: [String] = []
  /// What ends each line but the last.
  private(set) var breaks: [String] = []

  init(_ source: [UInt8]) {
    var line = String.UnicodeScalarView()
    var scalars = String(decoding: source, as: UTF8.self).unicodeScalars.makeIterator()
    var scalar = scalars.next()
    while let current = scalar {
      scalar = scalars.next()
      guard Self.isBreak(current) else {
        line.append(current)
        continue
      }
      let isPair = current == "\r" && scalar == "\n"
      if isPair { scalar = scalars.next() }
      lines.append(String(line))
      breaks.append(isPair ? "\r\n" : String(current))
      line = String.UnicodeScalarView()
    }
    lines.append(String(line))
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }
}
