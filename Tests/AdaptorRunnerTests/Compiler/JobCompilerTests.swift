import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct JobCompilerTests {
  private func compile(_ job: String, adaptors: [String] = ["common"]) async throws -> String {
    let engine = Engine(
      catalog: AdaptorCatalog([Common.self, Echo.self]), options: uncached()
    ) { _ in }
    return try await engine.compile(
      Step(id: "job-1", expression: Array(job.utf8), file: "job.js", adaptors: adaptors))
  }

  @Test func callsAreDeferredWhereTheyStand() async throws {
    let code = try await compile("fn(s => s);\n// two\neach($.rows,\n  fn(s => s));")
    #expect(
      code == """
        (async function(__job){"use strict";const{each,fn}=__job.imports("@openfn/language-common");\
        __job.operation(()=>fn(s => s),"fn",1);
        // two
        __job.operation(()=>each(state=>/*$*/(state.rows),
          fn(s => s)),"each",3);
        })
        """)
  }

  @Test(arguments: [
    ("fn(state => {\n  oops oops\n});", "SyntaxError: Unexpected token", 2, 7, "  oops oops"),
    (
      "fn(s => $.a)", "Lazy State Error: Parameter \"s\" should be called \"state\"", 1, 3,
      "fn(s => $.a)"
    ),
    ("fn();\rfn(;", "SyntaxError: Unexpected token", 2, 3, "fn(;"),
    ("fn();\u{2028}fn(;", "SyntaxError: Unexpected token", 2, 3, "fn(;"),
    (
      "function* g() { fn(yield $.a) }",
      "Lazy State Error: An argument with yield cannot be lazy: yield into a variable before the call",
      1, 19, "function* g() { fn(yield $.a) }"
    ),
  ])
  func errorsPointAtTheSource(
    job: String, message: String, line: Int, column: Int, source: String
  ) async throws {
    let error = await #expect(throws: AdaptorError.self) { try await compile(job) }
    let caret = String(repeating: " ", count: "\(line): ".count + column) + "^"
    #expect(
      error?.message == "job.js: \(message) (\(line):\(column))\n\(line): \(source)\n\(caret)")
    #expect(error?.details == ["line": .int(line), "column": .int(column)])
  }

  @Test func theCaretCountsCharacters() async throws {
    let error = await #expect(throws: AdaptorError.self) { try await compile("f('😀e\u{301}' oops") }
    #expect(
      error?.message
        == "job.js: SyntaxError: Unexpected token (1:9)\n1: f('😀e\u{301}' oops\n          ^")
  }

  @Test(arguments: ["\u{2028}", "\u{2029}"])
  func lineBreaksInModuleNamesDoNotMoveLines(lineBreak: String) async throws {
    let code = try await compile(
      "import a from 'b\(lineBreak)c';export*from'd\(lineBreak)e';\nf();")
    #expect(code.split(separator: Character(lineBreak)).count == 3)
    #expect(code.contains("\n__job.operation("))
  }

  @Test func aLoneReturnStaysApartFromTheNextLine() async throws {
    let code = try await compile("import a\rfrom 'b'\nf();")
    #expect(code.contains(";\r \n"))
  }

  @Test func aNameForTheParameterIsFoundAtOnce() async throws {
    let names = (1...200_000).map { "__job\($0)" }.joined(separator: " ")
    let code = try await compile("/* __job \(names) */")
    #expect(code.hasPrefix("(async function(__job200001){"))
  }

  @Test func whatTheEngineRefusesDoesNotCompile() async throws {
    // acorn takes an arrow function for an operand here.
    let error = await #expect(throws: AdaptorError.self) {
      try await compile("f();\nasync () => {} ? 1 : 2")
    }
    #expect(error?.message.hasPrefix("job.js: SyntaxError: JavaScriptCore: SyntaxError: ") == true)
    #expect(error?.details == ["line": 2, "column": 0])
  }

  @Test func compilingEndsWithTheTimeout() async throws {
    // acorn looks for each name in the list of all.
    let job = (0..<100_000).map { "let a\($0);" }.joined()
    let engine = Engine(
      catalog: AdaptorCatalog([Common.self]), options: uncached(timeout: .milliseconds(200))
    ) { _ in }
    let error = await #expect(throws: AdaptorError.self) {
      try await engine.compile(Step(id: "job", expression: Array(job.utf8), file: "job.js"))
    }
    #expect(
      error?.message.hasPrefix(
        "job.js: TimeoutError: Job took longer than 200ms to compile (1:0)\n1: let a0;") == true)
    let code = try await engine.compile(Step(id: "job", expression: Array("f();".utf8)))
    #expect(code.contains("__job.operation(()=>f(),\"f\",1)"))
  }

  @Test func anUnknownAdaptorListsWhatThereIs() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await compile("fn(s => s)", adaptors: ["ehco"])
    }
    #expect(
      error?.message == "the adaptor 'ehco' is not part of this program. Did you mean 'echo'? "
        + "It has: common, echo. To write your own: adaptor new adaptor ehco")
  }

  @Test func positionsInErrorsAreTheAuthors() async throws {
    let job = "say('x');   fn(state => state.nothing.here);\n"
    let error = try await run(job).state["errors"]["job-1"]
    #expect(error["pos"]["line"] == 1)
    #expect(error["pos"]["src"] == "say('x');   fn(state => state.nothing.here);")
    // JavaScriptCore points at the member that could not be read.
    let column = try #require(error["pos"]["column"].int)
    #expect((25...43).contains(column))
  }
}
