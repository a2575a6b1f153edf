import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct YAMLReaderTests {
  private static let documents: [(String, JSON)] = [
    ("a: 1\nb: [x, 2.5, true, ~]", ["a": 1, "b": ["x", 2.5, true, .null]]),
    ("- |\n  two\n  lines\n- \"1\"\n- '~'", ["two\nlines\n", "1", "~"]),
    ("x: &a {k: v}\ny: *a", ["x": ["k": "v"], "y": ["k": "v"]]),
    ("1: one\ntrue: yes", ["1": "one", "true": "yes"]),
    ("version: 1.10\nday: 2024-01-02", ["version": .number("1.10"), "day": "2024-01-02"]),
    (
      "[.5, 5., +1, -.5, 012, 0x1F, 0o17, 1e3, +.5e-1]",
      [0.5, .double(5), 1, -0.5, 12, 31, 15, .number("1e3"), 0.05]
    ),
    ("[.inf, -.INF, .NaN]", [.null, .null, .null]),
    (
      "[., +, -, ++1, 1.2.3, 0x, 1e, e1, 1_000, 0b1, +0x1, ٣]",
      [".", "+", "-", "++1", "1.2.3", "0x", "1e", "e1", "1_000", "0b1", "+0x1", "٣"]
    ),
    ("", .null),
  ]

  @Test(arguments: documents)
  func documentsBecomeValues(text: String, expected: JSON) throws {
    #expect(try YAMLReader.read(Array(text.utf8)) == expected)
  }

  @Test func anErrorHasItsPlace() {
    let error = #expect(throws: AdaptorError.self) {
      try YAMLReader.read(Array("steps:\n  - id: a\n   bad: [".utf8))
    }
    #expect(error?.code == .malformedYAML)
    #expect(error?.details["line"] == 3)
  }

  @Test func aliasesCannotExplode() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(references)]\n"
    }
    let error = #expect(throws: AdaptorError.self) { try YAMLReader.read(Array(text.utf8)) }
    #expect(error?.message == "the YAML document has more than 200000 nodes")
  }
}
