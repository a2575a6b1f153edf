/// Makes valid JSON documents with everything the grammar allows, and damaged ones.
package struct DocumentGenerator {
  private var random: SeededGenerator

  /// The same seed gives the same documents.
  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A valid document with random white space and escapes.
  package mutating func document() -> [UInt8] { Array((space() + value(depth: 0) + space()).utf8) }

  /// A valid document in which a few ASCII bytes are replaced, removed or doubled.
  package mutating func damagedDocument() -> [UInt8] {
    var bytes = document()
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let places = bytes.indices.filter { bytes[$0] < 0x80 }
      guard let place = places.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0..<0x80, using: &random)
      case 1: bytes.remove(at: place)
      default: bytes.insert(bytes[place], at: place)
      }
    }
    return bytes
  }

  private mutating func pick(_ choices: [String]) -> String {
    choices.randomElement(using: &random) ?? ""
  }

  private mutating func space() -> String { pick(["", "", "", " ", "\n", "\t", "\r\n", "  \n "]) }

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &random) {
    case 0: return pick(["null", "true", "false"])
    case 1, 2: return number()
    case 3, 4: return string()
    case 5, 6: return list("[", "]") { $0.value(depth: depth + 1) }
    default:
      return list("{", "}") {
        $0.string() + $0.space() + ":" + $0.space() + $0.value(depth: depth + 1)
      }
    }
  }

  private mutating func list(
    _ open: String, _ close: String, _ item: (inout DocumentGenerator) -> String
  ) -> String {
    var items: [String] = []
    let count = Int.random(in: 0...(pick(["4", "30"]) == "30" ? 20 : 4), using: &random)
    for _ in 0..<count { items.append(space() + item(&self) + space()) }
    return open + (items.isEmpty ? space() : items.joined(separator: ",")) + close
  }

  private mutating func digits(_ count: ClosedRange<Int>) -> String {
    let count = Int.random(in: count, using: &random)
    return String((0..<count).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
  }

  private mutating func number() -> String {
    let whole = pick(["0", "1", "7", "9" + digits(0...20), "1" + digits(0...4)])
    let fraction = pick(["", "", ".0", "." + digits(1...20)])
    let exponent = pick(["", "", "", "e", "E", "e+", "E-"])
    return pick(["", "-"]) + whole + fraction + exponent + (exponent.isEmpty ? "" : digits(1...3))
  }

  private mutating func string() -> String {
    let pieces = [
      "a", "b", "key", "é", "e\u{301}", "日本", "😀", "\u{2028}", "\u{7F}", "/", " ", "\\\"", "\\\\",
      "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\uD83D\\uDE00", "\\ud800",
      "\\uDC00", "\\u0000", "\\uD83D\\u0041", "\\u001f",
    ]
    let count = Int.random(in: 0...3, using: &random)
    return "\"" + (0..<count).map { _ in pick(pieces) }.joined() + "\""
  }
}
