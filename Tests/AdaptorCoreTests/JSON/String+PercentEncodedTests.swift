import Testing

@testable import AdaptorCore

struct PercentEncodedTests {
  @Test(
    "Encoded for a query as Node's querystring does",
    arguments: [
      ("", ""), ("azAZ09-_.!~*'()", "azAZ09-_.!~*'()"), ("a b", "a%20b"), ("a+b", "a%2Bb"),
      ("a=b&c", "a%3Db%26c"), ("100%", "100%25"), ("/:?#[]@", "%2F%3A%3F%23%5B%5D%40"),
      ("$,;\"<>\\^`{|}", "%24%2C%3B%22%3C%3E%5C%5E%60%7B%7C%7D"), ("é", "%C3%A9"),
      ("€", "%E2%82%AC"), ("😀", "%F0%9F%98%80"), ("\u{0}\r\n\u{7F}", "%00%0D%0A%7F"),
    ])
  func table(text: String, encoded: String) {
    #expect(text.percentEncoded == encoded)
  }
}
