/// One line of a job with a caret under a column.
struct SourceExcerpt: CustomStringConvertible {
  /// From 1.
  let line: Int
  /// From 1.
  let column: Int
  let text: String

  /// Longer lines are cut around the column.
  private static let width = 120

  var description: String {
    let characters = Array(text.filter { $0 != "\r" && $0 != "\r\n" })
    let start = max(0, min(column - Self.width / 2, characters.count - Self.width))
    let shown = characters.dropFirst(start).prefix(Self.width)
    let label = "\(line): "
    // A tab stays a tab, so that the caret stands where the terminal puts the character.
    let before = shown.prefix(max(0, column - 1 - start)).map { $0 == "\t" ? "\t" : " " }
    let missing = String(repeating: " ", count: max(0, column - 1 - start - before.count))
    let indent = String(repeating: " ", count: label.count) + before.joined() + missing
    return "\(label)\(String(shown))\n\(indent)^"
  }
}
