import Generators

/// Documents: valid ones, damaged ones, and some for the borders of the grammar.
struct JSONTextGenerator {
  private static let pieces = [
    "\"\\u", "\\ud83d", "\\udE00", "NaN", "Infinity", "-", "+1", ".5", "1.", "01", "1e", "0x1",
    "'a'", "//", "/**/", "[1,]", "{,}", "{\"a\"}", "\u{FEFF}", "\0", "\u{2028}", "\u{A0}", "\u{85}",
    "\u{B}", "\u{C}", "tru", "True", "\"\t\"", "\"\u{1F}\"", "[", "]", "{", "}", ",", ":", "\"",
    "\\", "\"a\":1,", "\"__proto__\":{}", "\"\\u00zz\"", "\"\\x41\"", "1e400", "-0", "-0.0",
    "9007199254740993", "1E-400", "123456789012345678901234567890", "\u{661}", "\u{1D7D8}",
    "\"é\":1,\"e\u{301}\":2", "\"toJSON\":1", "undefined", "\"length\":-1", "\"0\":0,\"-0\":1",
  ]

  private var documents: DocumentGenerator
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    documents = DocumentGenerator(seed: random.next())
  }

  mutating func next() -> [UInt8] {
    switch Int.random(in: 0..<8, using: &random) {
    case 0..<3: documents.document()
    case 3, 4: documents.damagedDocument()
    case 5: withBytes(documents.document())
    case 6: withPieces(documents.document())
    default: row()
    }
  }

  /// Any bytes, also those that are no UTF-8.
  private mutating func withBytes(_ document: [UInt8]) -> [UInt8] {
    var document = document
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let byte = UInt8.random(in: 0...255, using: &random)
      document.insert(byte, at: Int.random(in: 0...document.count, using: &random))
    }
    return document
  }

  private mutating func withPieces(_ document: [UInt8]) -> [UInt8] {
    let place = Int.random(in: 0...document.count, using: &random)
    return document[..<place] + piece() + document[place...]
  }

  private mutating func row() -> [UInt8] {
    let items = (0..<Int.random(in: 0...4, using: &random)).map { _ in piece() }
    return Array(items.joined(separator: [0x20]))
  }

  private mutating func piece() -> [UInt8] {
    Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
  }
}
