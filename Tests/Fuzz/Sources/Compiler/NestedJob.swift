import Generators

/// Source text that is nested far too deeply.
enum NestedJob {
  private static let depth = 10_000
  private static let pairs = [
    ("(", ")"), ("[", "]"), ("{", "}"), ("`${", "}`"), ("a=>", ""), ("!", ""), ("- ", ""),
    ("~", ""), ("typeof ", ""), ("void ", ""), ("await ", ""), ("new ", ""), ("f(", ")"),
    ("f($.a,", ")"), ("x.then(", ")"), ("async()=>{", "}"), ("class{static{", "}}"), ("{a:", "}"),
    ("[...", "]"), ("a[", "]"), ("a=>{", "}"), ("if(a)", ""), ("a?b:", ""), ("", ".a"), ("", "()"),
    ("", ".then(a)"), ("a=", ""), ("a**", ""), ("a,", ""), ("function a(){", "}"), ("(a=", ")=>1"),
    ("", "+$.a"), ("x:", ""), ("for(;;)", ""), ("try{", "}finally{}"), ("/(", ")/"), ("(?:", ")"),
    ("export default ", ""), ("_.map($.a,", ")"), ("switch(a){case ", ":}"), ("$.a(", ")"),
  ]

  static func source(using random: inout SeededGenerator) -> [UInt8] {
    let (open, close) = pairs.randomElement(using: &random) ?? ("", "")
    let begin = ["", "", "x=", "/", "fn("].randomElement(using: &random) ?? ""
    let middle = ["1", "a", "$.a", "", "{}"].randomElement(using: &random) ?? ""
    let closed = Bool.random(using: &random) ? depth : Int.random(in: 0..<depth, using: &random)
    return Array(begin.utf8) + repeated(open, depth) + Array(middle.utf8) + repeated(close, closed)
  }

  private static func repeated(_ text: String, _ count: Int) -> [UInt8] {
    Array(String(repeating: text, count: count).utf8)
  }
}
