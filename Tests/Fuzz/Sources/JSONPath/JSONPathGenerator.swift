import AdaptorCore
import Generators

/// Makes documents, and paths from plain ones to noise.
struct JSONPathGenerator {
  private static let keys = ["a", "b", "data", "x1", "é", "0", "with space", "length", "$x"]
  private static let pieces = [
    "$", ".", "..", "*", "@", "^", "~", "[", "]", "[0]", "[-1]", "[1:2]", "[::0]", "[::-1]", "[*]",
    "['a']", "[\"b\"]", "['a','b']", "[a,b]", "[?(@.a)]", "[?(@.a==1)]", "[?(@.a=='x'&&@.b>1)]",
    "[?(@property!='a')]", "[?(@parent.b)]", "[?(@.a.match(/a+/i))]", "[?(@.length>1)]", "[(",
    "[(@.length-1)]", "[?(", ")]", "@number()", "@string()", "@path", "@root", "`a", "'", "\"", "(",
    ")", "?", ":", ",", "-", "!", "/", "\\", "\0", "\u{E000}", "\u{E001}", "\u{E002}", "\n",
    "constructor", "__proto__", "[?(@.constructor)]", "[?(@['__proto__'])]", "[?(1/0)]", "[?(@+)]",
    "[?(typeof @ === 'object')]", "[?(@.a?1:2)]", "[?([1,2][0])]", "[?(x)]", "[?(@ = 1)]",
    "[?(/[/)]",
    "[?(@())]", "[?(!@)]", "e\u{301}", "😀", "[9999999999]", "[?('a'.repeat(-1))]", "toString",
  ]

  private var documents: DocumentGenerator
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    documents = DocumentGenerator(seed: random.next())
  }

  mutating func next() -> JSONPathCase {
    let document = value(depth: 0)
    switch number(0...9) {
    case 0, 1: return plain(document)
    case 2: return JSONPathCase(path: deep(), document: document)
    default: return JSONPathCase(path: path(), document: document)
    }
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  private mutating func pick(_ items: [String]) -> String {
    items.randomElement(using: &random) ?? ""
  }

  // MARK: Documents

  private mutating func value(depth: Int) -> JSON {
    switch number(0...(depth < 4 ? 6 : 2)) {
    case 0: return [.null, true, 0, 1.5, "", -1][number(0...5)]
    case 1: return .string(pick(Self.keys))
    case 2: return (try? JSON(parsing: documents.document())) ?? .null
    case 3: return .array((0..<number(0...3)).map { _ in value(depth: depth + 1) })
    default:
      return .object(
        JSONObject(
          (0..<number(0...4)).map { _ in
            JSONObject.Member(key: pick(Self.keys), value: value(depth: depth + 1))
          }))
    }
  }

  // MARK: Paths

  /// The keys and indices on the way down to some value.
  private mutating func plain(_ document: JSON) -> JSONPathCase {
    var keys: [JSON] = []
    var value = document
    repeat {
      if let member = (value.object ?? [:]).randomElement(using: &random) {
        keys.append(.string(member.key))
        value = member.value
      } else if let index = value.elements.indices.randomElement(using: &random) {
        keys.append(.int(index))
        value = value[index]
      } else {
        break
      }
    } while number(0...5) > 0
    return JSONPathCase(keys: keys, document: document)
  }

  private mutating func path() -> String {
    (number(0...2) > 0 ? "$" : "")
      + (0..<number(0...6)).map { _ in pick([pick(Self.pieces), ".", pick(Self.keys)]) }.joined()
  }

  /// A piece many times over, alone or inside a filter.
  private mutating func deep() -> String {
    let unit = pick([
      "(", "[", "!", "-", "a[", "@.a+", "@.a?1:", "'", "[(", "a.", "[?(", "^", "((", "/",
    ])
    let text = String(repeating: unit, count: [10, 300, 3000][number(0...2)])
    return pick(["$.", "$[?("]) + text + pick(["", "1)]", ")]", "]"])
  }
}
