/// A job's source by lines, as JavaScript counts them.
enum JobSource {
  private static let lineBreaks: Set<Character> = ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}"]

  /// The text of a line, from 1, without its end; nil for a line that is not there.
  static func line(_ number: Int, of source: [UInt8]) -> String? {
    let text = String(decoding: source, as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false) { lineBreaks.contains($0) }
    return lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
  }
}
