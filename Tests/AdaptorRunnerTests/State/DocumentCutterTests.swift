import AdaptorCore
import CJavaScriptCore
import Testing

@testable import AdaptorRunner

@Suite struct DocumentCutterTests {
  /// The document put together again from its parts by our own parser; nil when it is refused.
  private func assembled(_ text: String, size: Int, reads: Int) -> JSON? {
    var rest = Array(text.utf8)[...]
    var cutter = DocumentCutter(size: size) {
      defer { rest = rest.dropFirst(reads) }
      return Array(rest.prefix(reads))
    }
    var assembly = Assembly()
    do {
      while let part = try cutter.next() { try assembly.add(part) }
    } catch {
      return nil
    }
    return assembly.root
  }

  private struct Assembly {
    var root: JSON?
    private var open: [(key: String?, value: JSON)] = []
    private var key: String?

    mutating func add(_ part: DocumentCutter.Part) throws {
      switch part {
      case .openList: open.append((key, []))
      case .openObject: open.append((key, [:]))
      case .key(let text): key = try JSON(parsing: text).string
      case .content(let text): merge(try JSON(parsing: text))
      case .close:
        let closed = open.removeLast()
        merge(closed.key.map { [$0: closed.value] } ?? [closed.value])
        if open.isEmpty { root = closed.value }
      }
      if case .key = part {} else { key = nil }
    }

    private mutating func merge(_ part: JSON) {
      guard let holder = open.popLast() else {
        root = part
        return
      }
      switch (holder.value, part) {
      case (.array(let list), _): open.append((holder.key, .array(list + part.elements)))
      case (.object(let members), .object(let more)):
        open.append((holder.key, .object(members.merging(more))))
      default: open.append(holder)
      }
    }
  }

  private static let documents = [
    "[1,2,3]", " { \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : \"x,]}\\\"\" } ",
    "[[[[1],[2]],[3,[4]]],5]", "{\"a\":{\"b\":{\"c\":[1,2,{\"d\":[]}]}}}", "[]", "{}", "[ ]",
    "\"a string that is longer than any piece\"", "12345678", "null",
    "{\"long key that is no piece\":[1,2],\"k\":\"long value that is no piece\",\"z\":[{}]}",
    "\u{FEFF} [1,[2]]", "[\"é漢🙂\",[\"é漢🙂\",{\"é\":\"🙂\"}]]",
  ]

  @Test(arguments: documents, [1, 3, 8, 64])
  func theDocumentIsWhole(document: String, size: Int) throws {
    let expected = try JSON(parsing: document)
    for reads in [1, 5, 1000] { #expect(assembled(document, size: size, reads: reads) == expected) }
  }

  @Test(arguments: [
    "[1,,2]", "[,1]", "[1,]", "[1", "[1}", "{\"a\":[1,2}", "{\"a\":[1],}", "[1] 2",
    "{\"a\" [1,2,3]}", "{1:[1,2,3]}", "[[1,2,3,]]", "{\"a\":[1]\"b\":2}", "[\"open", "",
  ])
  func whatIsNoDocumentIsRefused(text: String) {
    for size in [1, 4, 100] { #expect(assembled(text, size: size, reads: 3) == nil) }
  }

  @Test func deepNestingIsNotCutForEver() {
    let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(assembled(text, size: 2, reads: 7) != nil)
  }
}
