import AdaptorCore
import Testing

@testable import AdaptorHTTP

@Suite struct URLTests {
  private static let resolutions: [(String?, String?, String)] = [
    ("/x", "https://h/api", "https://h/api/x"),
    ("x", "https://h/api/", "https://h/api/x"),
    ("//a//b/", "https://h", "https://h/a/b/"),
    ("../x", "https://h/a/b", "https://h/a/x"),
    ("../../../x", "https://h/a", "https://h/x"),
    ("./a/./b", "https://h", "https://h/a/b"),
    ("", "https://h/api", "https://h/api"),
    (nil, "https://h/api", "https://h/api"),
    ("/a?u=http://x//y", "https://h", "https://h/a?u=http://x//y"),
    ("/a b/é", "https://h", "https://h/a%20b/%C3%A9"),
    ("/a%20b", "https://h", "https://h/a%20b"),
    ("https://h:443/z", "https://h/api", "https://h:443/z"),
    ("http://other/z", nil, "http://other/z"),
    ("/x#part", "http://h", "http://h/x#part"),
  ]

  @Test(arguments: resolutions)
  func resolution(path: String?, base: String?, expected: String) throws {
    #expect(try WebURL.resolve(path, base: base).text == expected)
  }

  private static let pathsWithQueries = [
    "/x?a=1", "?a=1", "/?a=1", "../x?a=1&b=c/d", "/x?a?b", "/x?a=1#part", "/x#part?a",
    "/x?a=%zz%20", "/x?a b",
    "/x?é", "/x?a=\"<>", "/x?a=`{}\\|^[]", "https://u:p@h/x?a=1", "https://h?a=1",
    "/%2e%2e/x?y=%2e", "/x?a=1 ",
  ]

  /// A path that is known makes no difference to the query.
  @Test(
    arguments: pathsWithQueries,
    ["https://h", "https://u:p@h/api/", "https://h/api?b=2", "https://h/#f"])
  func queriesOfKnownPaths(path: String, base: String) throws {
    let url = try WebURL.resolve(path, base: base)
    #expect(url == (try WebURL(url.text)))
    let mark = try #require(path.firstIndex(of: "?"))
    let root = try? WebURL.resolve(String(path[..<mark]), base: base)
    if path.hasPrefix("/x?a"), !path.contains("#"), root?.query == nil,
      root?.text.contains("#") == false
    {
      #expect(url == (try root?.replacingQuery(String(path[mark...].dropFirst()))))
    }
  }

  private static let refusals: [(String?, String?, String, String)] = [
    (nil, nil, "NO_URL", "NO_URL"),
    ("/x", nil, "UNEXPECTED_RELATIVE_URL", "UNEXPECTED_RELATIVE_URL"),
    ("http://h/x", "https://h", "BASE_URL_MISMATCH", "Target origin does not match baseUrl origin"),
    (
      "https://h:444/x", "https://h", "BASE_URL_MISMATCH",
      "Target origin does not match baseUrl origin"
    ),
    (
      "/x", "ftp://h", "ERR_INVALID_URL",
      "Invalid URL: 'ftp://h'. Expected an absolute http or https URL"
    ),
    (
      "/x", "h.example", "ERR_INVALID_URL",
      "Invalid URL: 'h.example'. Expected an absolute http or https URL"
    ),
    (
      "http://", nil, "ERR_INVALID_URL",
      "Invalid URL: 'http://'. Expected an absolute http or https URL"
    ),
  ]

  @Test(arguments: refusals)
  func refusal(path: String?, base: String?, code: String, message: String) {
    let error = #expect(throws: AdaptorError.self) { try WebURL.resolve(path, base: base) }
    #expect(error?.details["code"] == .string(code))
    #expect(error?.message == message)
  }

  private static let queries: [(JSONObject, String, String)] = [
    (["a": 1, "b": true, "c": "x y&z"], "http://h", "a=1&b=true&c=x%20y%26z"),
    (["f": ["a", "b"], "e": []], "http://h", "f=a&f=b"),
    (["n": .null, "o": ["x": 1]], "http://h", "n=&o="),
    (["a": "option", "b": 2], "http://h?a=url&c=%20", "a=url&b=2&c=%20"),
    (["[x]": ":,;"], "http://h", "%5Bx%5D=%3A%2C%3B"),
    (["k": "!'()*~-._"], "http://h", "k=!'()*~-._"),
    ([:], "http://h?a=1&a=2&b", "a=1&a=2&b="),
  ]

  @Test(arguments: queries)
  func queryText(option: JSONObject, url: String, expected: String) throws {
    #expect(QueryString(option: option, url: try WebURL(url)).text == expected)
  }
}
