import AdaptorCore
import Foundation
import Testing

@testable import AdaptorRunner

@Suite struct WorkflowFileTests {
  private let scratch = ScratchFolder()
  private var folder: String { scratch.path }

  private func load(
    _ text: String, name: String = "flow.json", credentials: JSONObject = [:]
  ) throws -> (plan: Plan, timeout: Duration?, warnings: [String]) {
    try FileSystem.makeDirectory(folder)
    try FileSystem.write(Array(text.utf8), to: "\(folder)/\(name)")
    return try WorkflowFile.load("\(folder)/\(name)", credentials: credentials)
  }

  @Test func stepsAndEdgesAreRead() throws {
    let (plan, timeout, warnings) = try load(
      """
      {"name": "n", "start": "b", "options": {"timeout": 1500}, "steps": [
        {"id": "a", "adaptor": "http", "expression": "fn(s => s)", "next": {
          "b": true, "c": {"condition": "on_job_success"}, "d": {"disabled": true}, "e": {},
          "f": "state.x > 1", "g": false}},
        {"name": "second", "adaptors": ["common"], "expression": "fn(s => s)", "next": "a"}]}
      """)
    #expect(plan.name == "n")
    #expect(plan.start == "b")
    #expect(timeout == .milliseconds(1500))
    #expect(warnings.isEmpty)
    #expect(plan.steps.map(\.id) == ["a", "job-1"])
    #expect(plan.steps.map(\.adaptors) == [["http"], ["common"]])
    #expect(
      plan.steps[0].next.map(\.condition) == [
        .always, .onSuccess, .never, .never, .expression("state.x > 1"), .never,
      ])
    #expect(plan.steps[1].next.map(\.target) == ["a"])
  }

  @Test func aNestedWorkflowAndTheOldNameAreUnderstood() throws {
    let nested = try load("{\"workflow\": {\"steps\": [{\"id\": \"a\"}]}}")
    #expect(nested.plan.name == "flow")
    let legacy = try load("{\"jobs\": [{\"id\": \"a\"}]}")
    #expect(
      legacy.warnings == ["'jobs' is the old name of 'steps'; the workflow runs all the same"])
  }

  @Test func credentialsAreFoundByName() throws {
    let text =
      "{\"steps\": [{\"id\": \"a\", \"expression\": \"fn()\", \"configuration\": \"clinic\"}]}"
    let found = try load(text, credentials: ["clinic": ["token": "t"]])
    #expect(found.plan.steps[0].configuration == ["token": "t"])
    let missing = try load(text, credentials: ["clinics": [:]])
    #expect(
      missing.warnings == [
        "no credential is called 'clinic', so the step runs without. Did you mean 'clinics'?"
      ])
  }

  @Test(arguments: [
    ("{\"steps\": {}}", "a workflow needs a list of 'steps'"),
    ("{\"steps\": [3]}", "a step must be an object, found number"),
    (
      "{\"steps\": [{\"id\": \"a\", \"next\": 3}]}",
      "step 'a': 'next' must be a step id or an object of edges, found number"
    ),
    ("{\"steps\": [}", "expected a value, found '}' (line 1, column 12)"),
  ])
  func whatIsWrongIsSaid(text: String, message: String) {
    let error = #expect(throws: AdaptorError.self) { try load(text) }
    #expect(error?.message == "'\(folder)/flow.json': \(message)")
  }

  @Test(arguments: [
    ("./job.js", true), ("data.json", true), ("accounts", true), ("fn(s => s)", false),
    ("a.js\nb", false), ("", false),
  ])
  func pathsAreToldFromSource(text: String, isPath: Bool) {
    #expect(WorkflowFile.isPath(text) == isPath)
  }
}
