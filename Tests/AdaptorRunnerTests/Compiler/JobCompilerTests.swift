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
        __job.operation(()=>each(state=>(state.rows),
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
