import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct EngineTests {
  @Test func anOperationOfAnAdaptorMakesTheNextState() async throws {
    let result = try await run("say('hello', { shout: true });", state: ["data": ["old": 1]])
    #expect(try result.state == ["data": "HELLO", "references": [["old": 1]]])
  }

  @Test func functionsAndNamespacesAreNative() async throws {
    let result = try await run("fn(() => ({ n: util.twice(21), kind: typeof deep.fail }));")
    #expect(try result.state == ["n": 42, "kind": "function"])
  }

  @Test func everyExportOfCommonIsKnownToTheCompiler() async throws {
    let result = try await run(
      "import * as all from '@openfn/language-common'; fn(() => ({ names: Object.keys(all) }));",
      adaptors: ["common"])
    let names = try result.state["names"].elements.compactMap(\.string)
    #expect(names.sorted() == AdaptorFace.allOfCommon.sorted())
  }

  @Test func aMissingArgumentIsExplained() async throws {
    let result = try await run("say();")
    let error = try result.state["errors"]["job-1"]
    #expect(error["message"] == "argument 1 'text' is missing; expected string (what to say)")
    #expect(error["name"] == "AdaptorError")
    #expect(error["operationName"] == "say")
    #expect(error["line"] == 1)
  }

  @Test func aWrongArgumentNamesTheTypeAndNotTheValue() async throws {
    let result = try await run("say({ token: 'hush' });")
    let message = try result.state["errors"]["job-1"]["message"].string
    #expect(message == "argument 1 'text' expected string, found object")
  }

  @Test func aMisspelledOptionIsReportedAndIgnored() async throws {
    let listener = Listener()
    let result = try await run("say('a', { shuot: true });", listener: listener)
    #expect(try result.state["data"] == "a")
    #expect(
      listener.lines.filter { $0.hasPrefix("ADA") } == [
        "ADA warn say: argument 2 'options' has an unknown key 'shuot', ignored. "
          + "Did you mean 'shout'?"
      ])
  }

  @Test func textThatIsNotJSONFailsTheStep() async throws {
    let result = try await run("broken();")
    let message = try #require(try result.state["errors"]["job-1"]["message"].string)
    #expect(message.contains("expected a member name in quotes"))
  }

  @Test func answersMayBeginWithAByteOrderMark() async throws {
    #expect(try await run("marked();").state["data"] == [1])
  }

  @Test(arguments: [
    "fn(() => { while (true) {} });",
    "fn(async () => { await 1; while (true) {} });",
    "for (let i = 0; i < 3; i++) Promise.resolve().then(() => { while (true) {} });",
  ])
  func anEngineGoesOnAfterATimeout(job: String) async throws {
    let engine = Engine(
      catalog: AdaptorCatalog([Common.self]), options: uncached(timeout: .milliseconds(800))
    ) { _ in }
    func run(_ job: String) async throws -> RunResult {
      let step = Step(id: "a", expression: Array(job.utf8), adaptors: ["common"])
      return try await engine.run(Plan(steps: [step]), input: .json(RawJSON(["data": 1])))
    }
    for _ in 0..<2 {
      #expect(try await run(job).error?["name"] == "TimeoutError")
      #expect(try await run("fn(s => s);").state["data"] == 1)
    }
  }

  @Test func compilingBesideARunLeavesItItsTimeout() async throws {
    let engine = Engine(
      catalog: AdaptorCatalog([Echo.self, Common.self]),
      options: uncached(timeout: .milliseconds(600))
    ) { _ in }
    let job = "later(300); fn(() => { while (true) {} });"
    let step = Step(id: "a", expression: Array(job.utf8), adaptors: ["echo"])
    async let result = engine.run(Plan(steps: [step]))
    try await Task.sleep(for: .milliseconds(150))
    _ = try await engine.compile(step)
    #expect(try await result.error?["name"] == "TimeoutError")
  }

  @Test func secretsAreHiddenInLinesErrorsAndDetails() async throws {
    let listener = Listener()
    let result = try await run(
      "console.log('it is ' + state.configuration.password + '!') || fn(s => s); deep.fail();",
      state: ["data": [:], "configuration": ["password": "open sesame"]], listener: listener)
    let text = String(decoding: result.output ?? [], as: UTF8.self)
    #expect(!text.contains("sesame"))
    #expect(text.contains("failed with ****"))
    #expect(listener.lines.contains("ADA info about to fail with ****"))
    #expect(!listener.lines.contains { $0.contains("sesame") })
  }

  @Test func aJobCatchesWhatAnOperationReports() async throws {
    let result = try await run("deep.fail().catch((e, s) => ({ ...s, code: e.statusCode }));")
    #expect(try result.state["code"] == 418)
  }

  @Test func operationsInsideFunctionsAreWaitedFor() async throws {
    let result = try await run(
      """
      fn(async state => {
        const all = await Promise.all([30, 10].map(ms => later(ms)(state)));
        return { data: all.map(s => s.data) };
      });
      """)
    #expect(try result.state == ["data": [30, 10]])
  }

  @Test func aNewConfigurationOpensTheAdaptorAnew() async throws {
    let result = try await run(
      """
      fn(state => { state.configuration = { password: 'second secret' }; return state; });
      deep.fail().catch((e, s) => ({ message: e.message }));
      """, state: ["data": [:], "configuration": ["password": "first secret"]])
    #expect(try result.state["message"] == "failed with ****")
  }

  @Test(arguments: [
    "fn(() => { while (true) {} });", "while (true) {}",
    "fn(() => new Promise(done => setTimeout(done, 60000)));",
    "fn(async () => { await null; for (;;) {} });",
  ])
  func theTimeoutEndsWhatNeverEnds(job: String) async throws {
    let result = try await run(job, options: uncached(timeout: .milliseconds(150)))
    #expect(result.error?["name"] == "TimeoutError")
    #expect(result.error?["message"] == "Job took longer than 150ms to complete")
    #expect(result.output == nil)
  }

  @Test func aPromiseThatNothingCanSettleEndsTheRunAtOnce() async throws {
    let result = try await run("fn(s => s);\nfn(() => new Promise(() => {}));")
    #expect(
      result.error?["message"]
        == .string(
          "Job will never complete: operation \"fn\" (line 2) waits for a promise that nothing is "
            + "left to settle"))
  }

  @Test(arguments: [
    (
      "fn(() => { setTimeout(() => { throw new Error('in a timer'); }, 1); return later(50)({}); });",
      "in a timer"
    ),
    ("fn(s => { Promise.reject(new Error('floating')); return later(50)(s); });", "floating"),
  ])
  func errorsNobodyWaitsForEndTheRun(job: String, message: String) async throws {
    let result = try await run(job)
    #expect(result.error?["message"] == .string(message))
    #expect(result.error?["severity"] == "crash")
  }

  @Test func aStateThatIsNotJSONIsAnErrorWithItsPlace() async throws {
    let engine = Engine(catalog: AdaptorCatalog([Common.self]), options: uncached()) { _ in }
    let step = Step(id: "a", expression: Array("fn(s => s)".utf8), adaptors: ["common"])
    let error = await #expect(throws: AdaptorError.self) {
      try await engine.run(Plan(steps: [step]), input: .json(RawJSON(Array("{\"data\": }".utf8))))
    }
    #expect(error?.message == "expected a value, found '}' (line 1, column 10)")
  }

  @Test func stepsHaveGlobalsOfTheirOwn() async throws {
    let engine = Engine(catalog: AdaptorCatalog([Common.self]), options: uncached()) { _ in }
    func step(_ id: String, _ job: String, next: [Edge] = []) -> Step {
      Step(id: id, expression: Array(job.utf8), adaptors: ["common"], next: next)
    }
    let plan = Plan(steps: [
      step("a", "fn(s => { globalThis.leak = 1; return s; })", next: [Edge(to: "b")]),
      step("b", "fn(s => ({ seen: typeof leak }))"),
    ])
    #expect(try await engine.run(plan).state == ["seen": "undefined"])
  }
}
