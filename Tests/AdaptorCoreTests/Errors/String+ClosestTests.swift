import Testing

@testable import AdaptorCore

struct ClosestTests {
  @Test(
    "Edit distance",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1),
      ("abc", "ab", 1), ("abc", "xabc", 1), ("kitten", "sitting", 3), ("sunday", "saturday", 3),
      ("flaw", "lawn", 2), ("ab", "ba", 2), ("abc", "ABC", 3), ("é", "e", 1), ("日本語", "日本", 1),
      ("intention", "execution", 5),
    ])
  func distance(source: String, target: String, expected: Int) {
    #expect(source.editDistance(to: target) == expected)
    #expect(target.editDistance(to: source) == expected)
  }

  @Test(
    "The closest candidate",
    arguments: [
      ("qurey", ["query", "headers"], "query"),
      ("query", ["query", "quern"], "query"),
      ("Query", ["query"], "query"),
      ("xyz", ["query", "headers"], nil),
      ("get", [], nil),
      ("gte", ["get", "put", "post"], "get"),
      ("a", ["b"], nil),
      ("ab", ["cd"], nil),
      ("ab", ["acd"], "acd"),
      ("pat", ["cat", "bat"], "bat"),
      ("pat", ["bat", "cat"], "bat"),
      ("gett", ["get", "getter"], "get"),
      ("", ["a", "abc"], nil),
      // Nine letters may differ in three; eight letters in two.
      ("abcdefghi", ["abcdefxyz"], "abcdefxyz"),
      ("abcdefgh", ["abcdexyz"], nil),
    ] as [(String, [String], String?)])
  func closest(word: String, candidates: [String], expected: String?) {
    #expect(word.closest(in: candidates) == expected)
  }

  @Test("The sentence")
  func suggestion() {
    #expect("qurey".suggestion(from: ["query", "headers"]) == " Did you mean 'query'?")
    #expect("qurey".suggestion(from: ["headers"]) == "")
  }
}
