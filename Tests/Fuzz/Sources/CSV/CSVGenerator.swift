import AdaptorCore
import Generators

/// Makes tables for Python to write, and text that looks like CSV.
struct CSVGenerator {
  private static let cells = [
    "a", "b", "1.5", "é", "e\u{301}", "日本", "😀", " ", "  x", "x ", "\t", ",", ";", "|", "\"",
    "\"\"", "'", "\\", "\\\"", "\u{A0}", "\u{2028}", "\u{85}", "\u{1}", "null", "-",
  ]
  private static let breaks = ["\n", "\r\n", "\r"]

  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick<Item>(_ items: [Item]) -> Item { items[number(0...items.count - 1)] }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  /// Offsets in a text, ascending.
  mutating func cuts(in text: String) -> [Int] {
    let length = text.utf16.count
    return (0..<number(0...min(length, 8))).map { _ in number(0...length) }.sorted()
  }

  // MARK: Tables

  mutating func tables(_ count: Int) -> [CSVCase] { (0..<count).map { _ in table() } }

  private mutating func table() -> CSVCase {
    let (delimiter, quote) = (pick([",", ";", "\t", "|"]), pick(["\"", "'"]))
    let (lineBreak, quoting) = (pick(Self.breaks), pick(["minimal", "all", "nonnumeric"]))
    let hasHeader = Bool.random(using: &random)
    // Python escapes by a backslash reliably only in cells that are quoted.
    let isEscaped = quoting != "minimal" && number(0...2) == 0
    var test = CSVCase(options: [
      "delimiter": .string(delimiter), "quote": .string(quote), "columns": .bool(hasHeader),
      "escape": .string(isEscaped ? "\\" : quote), "bom": false, "trim": false, "ltrim": false,
      "rtrim": false, "skip_empty_lines": .bool(Bool.random(using: &random)),
    ])
    test.dialect = [
      "delimiter": .string(delimiter), "quotechar": .string(quote),
      "lineterminator": .string(lineBreak), "quoting": .string(quoting),
      "doublequote": .bool(!isEscaped), "escapechar": isEscaped ? "\\" : .null,
    ]
    // Unquoted, another kind of line break than that of the rows is a character like any other for us.
    test.rows = rows(hasHeader, breaks: quoting == "minimal" ? [lineBreak] : Self.breaks)
    return test
  }

  private mutating func rows(_ hasHeader: Bool, breaks: [String]) -> JSON {
    let width = number(1...5)
    var rows = (0..<number(1...6)).map { _ in
      JSON.array((0..<width).map { _ in .string(cell(breaks)) })
    }
    if hasHeader { rows.insert(.array((0..<width).map { "column \($0)" }), at: 0) }
    return .array(rows)
  }

  private mutating func cell(_ breaks: [String]) -> String {
    (0..<number(0...4)).map { _ in pick(Self.cells + breaks) }.joined()
  }

  // MARK: Garbage

  mutating func garbage() -> CSVCase {
    let delimiter = pick([",", ",", ";", "||", " "])
    let quote = pick(["\"", "\"", "\"", "'", "''"])
    let isTrimmed = Bool.random(using: &random)
    var test = CSVCase(options: [
      "delimiter": .string(delimiter), "quote": .string(quote),
      "escape": .string(number(0...3) == 0 ? "\\" : quote),
      "columns": .bool(Bool.random(using: &random)), "bom": .bool(Bool.random(using: &random)),
      "trim": .bool(isTrimmed), "ltrim": .bool(isTrimmed), "rtrim": .bool(isTrimmed),
      "skip_empty_lines": .bool(Bool.random(using: &random)),
    ])
    test.text = text(delimiter, quote)
    test.cuts = cuts(in: test.text)
    test.dialect =
      delimiter.utf8.count == 1 && quote.utf8.count == 1
      ? ["delimiter": .string(delimiter), "quotechar": .string(quote)] : .null
    return test
  }

  /// Mostly punctuation, with one kind of line break or all.
  private mutating func text(_ delimiter: String, _ quote: String) -> String {
    let breaks =
      Bool.random(using: &random) ? [pick(Self.breaks)] : Self.breaks + ["\0", "\u{FEFF}"]
    let marks = [delimiter, quote, quote, quote + delimiter, delimiter + quote, quote + quote]
    return (0..<number(0...20)).map { _ in
      pick([pick(Self.cells), pick(marks), pick(marks), pick(breaks)])
    }.joined()
  }
}
