import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct PlanTests {
  private func step(_ id: String, _ targets: String...) -> Step {
    Step(id: id, expression: nil, next: targets.map { Edge(to: $0) })
  }

  @Test func aDiamondIsFine() throws {
    try Plan(steps: [step("a", "b", "c"), step("b", "d"), step("c", "d"), step("d")]).validate()
  }

  @Test func circlesUnknownStepsAndNothingAreRefused() {
    let cases: [(Plan, String)] = [
      (Plan(steps: [step("a", "b"), step("b", "a")]), "Circular dependency: a -> b -> a"),
      (Plan(steps: [step("a", "a")]), "Circular dependency: a -> a"),
      (
        Plan(steps: [step("fetch", "stroe"), step("store")]),
        "Cannot find job: stroe. Did you mean 'store'?"
      ),
      (Plan(steps: [step("a")], start: "zebra"), "Cannot find job: zebra."),
      (Plan(steps: []), "the workflow has no steps"),
    ]
    for (plan, message) in cases {
      let error = #expect(throws: AdaptorError.self) { try plan.validate() }
      #expect(error?.message == message)
    }
  }
}
