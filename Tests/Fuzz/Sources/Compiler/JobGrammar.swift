import Generators

/// Makes jobs that mostly follow the grammar, out of everything the compiler edits.
struct JobGrammar {
  /// T: at the top level, S: a statement, E: an expression, P: parameters, N: a name, D: a name that is
  /// declared, F: what is called.
  private static let topStatements = [
    "S", "S", "S", "S", "export const D=E;", "import D from'm';", "import*as D from'm';",
    "export function D(){S}",
    "import{N as D,a as D}from'@openfn/language-fuzz';", "export{N as D}from'm';",
    "export*from'm';",
    "import'm';", "export*as D from'm';", "export{};",
    "import{document}from'@openfn/language-fuzz';",
    "F(E).then(E);", "F(E).catch(E).then(E);", "F($.N,E);", "F(E,E).finally(E)", "(E).then(E)",
    "for await(const D of E)S", "await E;", "const D={N:E,N(P){S},then:E};",
  ]
  private static let defaults = [
    "export default E;", "export default(P)=>{S}", "export default function(P){S}",
    "export default E",
    "export default class D{}", "export default[E,E];", "export default async()=>E",
  ]
  private static let statements = [
    "E;", "E;", "F(E)", "F(E);", "F(E,E);", "F(E).then(E);", "const D=E;", "let D=E,{N:D,...D}=E;",
    "if(E)S else S", "for(const D of E){S}", "{S S}", "for(let D=E;E;E){S}", "while(E){S}",
    "throw E;",
    "try{S}catch(N){S}finally{S}", "function D(P){S return E}",
    "function*D(P){S yield E;F(yield E,$.a)}",
    "async function D(P){S await E;F(await E,$.a)}", "class D extends(E){M(P){S}static{S}}",
    "D:{S}",
    "switch(E){case E:S default:S}", "var N;", "async function*D(){S await E;yield*E}",
    "for(N in E){S}",
  ]
  private static let expressions = [
    "N", "N", "1", "'a'", "`a${E}b`", "/a/g", "$.N", "$.N", "$.N.N", "$[E]", "$?.N", "$", "(E)",
    "(E,E)",
    "F(E)", "F(E,E)", "F(...E)", "(E).N", "(E)?.N", "(E)[E]", "(E)(E)", "N?.(E)", "new F(E)",
    "F(E).then(E)",
    "F(E).catch(E)", "F(E).finally(E)", "F(E)?.then(E)", "N`a${E}`", "[E,E]", "[...E,,E]",
    "({N:E,N})",
    "({N,[E]:E,...E})", "({get N(){S return E},async*N(P){S}})", "((P)=>E)", "F((P)=>E)",
    "F(state=>E)",
    "F(state=>E,$.a)", "((P)=>{S})", "F(async N=>await E)", "(async(P)=>{S})",
    "function(P){S return E}",
    "F(function*(P){yield E})", "class{N=E;static N=E;#x=E}", "E+E", "N<!--N", "N-->E", "!E", "-N",
    "typeof E", "void E", "delete N.N", "(await E)", "F(await E,$.a)", "(E?E:E)", "(E??E)", "E&&E",
    "(E in E)", "(E instanceof(E))", "(N=E)", "(N.N+=E)", "({N}=E)", "([N]=E)", "N++", "import(E)",
    "import.meta", "import.meta.N", "_.map(E,(P)=>E)", "Object.keys(E)", "toArray(E)",
    "dateFns.N(E)",
    "new Map(E)", "structuredClone([E])", "this.N", "arguments", "JSON.stringify($.N)",
    "each($.N,E)",
    "fn(state=>E)", "fnIf(E,F(E))", "F(E).then((P)=>E)", "(async()=>E)()",
    "({m(){return super.N(E,$.a)}})",
  ]
  private static let parameters = [
    "", "N", "D,D", "N=E", "{N,N:D=E}", "[N,...D]", "...N", "state", "$",
  ]
  private static let names = [
    "a", "b", "d1", "d2", "d3", "state", "$", "fn", "each", "__job", "_", "of",
  ]
  private static let functions = [
    "f", "fn", "each", "combine", "a.b", "map", "document", "$.f", "state.f",
  ]

  private var random: SeededGenerator
  private var declared = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func next() -> [UInt8] {
    let count = Int.random(in: 1...4, using: &random)
    let separator = ["\n", "", ";", "\u{2028}"].randomElement(using: &random) ?? ""
    declared = 0
    var parts = (0..<count).map { _ in expand("T", depth: 0) }
    if Int.random(in: 0...3, using: &random) == 0 {
      parts.append(expand(pick(Self.defaults), depth: 0))
    }
    let job = parts.joined(separator: separator)
    // Each of these makes most jobs an error.
    let plain = ["$", "await "].reduce(job) { job, word in
      Bool.random(using: &random) ? job.replacing(word, with: word == "$" ? "x" : "") : job
    }
    return Array(plain.utf8)
  }

  /// Replaces the capitals of a pattern by what they stand for.
  private mutating func expand(_ pattern: String, depth: Int) -> String {
    var text = ""
    var before: Character = " "
    for character in pattern {
      // A capital behind a letter belongs to a word.
      text += before.isLetter ? String(character) : symbol(character, depth: depth)
      before = character
    }
    return text
  }

  private mutating func symbol(_ character: Character, depth: Int) -> String {
    switch character {
    case "T": return expand(pick(Self.topStatements), depth: depth)
    case "S": return depth > 1 ? ";" : expand(pick(Self.statements), depth: depth + 1)
    case "E" where depth > 3: return pick(["$.a", "x", "1"])
    case "E": return expand(pick(Self.expressions), depth: depth + 1)
    case "P": return depth > 3 ? "state" : expand(pick(Self.parameters), depth: depth + 1)
    case "N": return pick(Self.names)
    case "F": return pick(Self.functions)
    case "D":
      declared += 1
      return "d\(declared)"
    default: return String(character)
    }
  }

  private mutating func pick(_ choices: [String]) -> String {
    choices.randomElement(using: &random) ?? ""
  }
}
