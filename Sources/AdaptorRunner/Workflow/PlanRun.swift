import AdaptorCore

/// One run of a plan: breadth first, one step after another.
struct PlanRun {
  private struct Visit {
    let step: Step
    let input: StepInput?
  }

  private let plan: Plan
  private let jobs: [String: StepJob]
  private let steps: [String: Step]

  init(plan: Plan, jobs: [String: StepJob]) {
    self.plan = plan
    self.jobs = jobs
    steps = Dictionary(plan.steps.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }

  func run(
    input: StepInput?, on engine: isolated Engine
  ) async throws(AdaptorError) -> RunResult {
    let input = input ?? .text(JavaScriptText(#"{"data":{},"configuration":{}}"#))
    var queue = [Visit(step: first, input: input)]
    var visits: [String: Int] = [:]
    var leaves: [(key: String, state: JavaScriptText)] = []
    var failedSteps: Set<String> = []
    engine.report(.runtime, .info, "Executing \(plan.name ?? first.label)")
    while !queue.isEmpty {
      let visit = queue.removeFirst()
      let outcome = try await perform(visit, on: engine)
      if let error = outcome.error, outcome.status != .fail { return .stopped(error) }
      if outcome.status == .fail { failedSteps.insert(visit.step.id) }
      let next: [Step]
      do throws(JavaScriptException) {
        next = try followers(of: visit.step, outcome.state, engine)
      } catch {
        return .stopped(conditionError(error))
      }
      let key = Self.key(visit.step.id, &visits)
      if next.isEmpty || visit.step.id == plan.end {
        // The configuration passes through a step without a job to the next one, and no further.
        if let state = outcome.state {
          let final = jobs[visit.step.id] == nil ? engine.finalState(state) : state
          guard let final else { return .stopped(StepOutcome.ofMalformedInput.error ?? .null) }
          leaves.append((key, final))
        }
      }
      if visit.step.id == plan.end { break }
      queue += next.map { Visit(step: $0, input: outcome.state.map(StepInput.text)) }
    }
    return result(leaves, failedSteps.count, engine)
  }

  private var first: Step { plan.start.flatMap { steps[$0] } ?? plan.steps[0] }

  private func perform(
    _ visit: Visit, on engine: isolated Engine
  ) async throws(AdaptorError) -> StepOutcome {
    guard let job = jobs[visit.step.id] else {
      let state = try visit.input?.text() ?? JavaScriptText("{}")
      return StepOutcome(status: .success, state: state, error: nil)
    }
    reportAdaptors(of: job, engine)
    let start = ContinuousClock.now
    let outcome = try await engine.run(visit.step, job, input: visit.input)
    if outcome.error?["name"] != .string(StepOutcome.malformedInput) {
      report(outcome, of: visit.step, ContinuousClock.now - start, engine)
    }
    return outcome
  }

  private func reportAdaptors(of job: StepJob, _ engine: isolated Engine) {
    for face in job.faces {
      let (name, version) = (face.manifest.packageName, face.manifest.version)
      engine.report(.runtime, .info, "Resolved adaptor \(name) to version \(version)")
    }
  }

  private func report(
    _ outcome: StepOutcome, of step: Step, _ duration: Duration, _ engine: isolated Engine
  ) {
    let (id, name) = (step.id, step.label)
    if let error = outcome.error {
      engine.report(.stepFailed(id: id, name: name, error: error, duration: duration))
    } else {
      engine.report(.stepCompleted(id: id, name: name, duration: duration))
      if engine.options.reportsOperations {
        engine.report(.runtime, .debug, "Step memory usage: \(ResidentMemory.bytes >> 20) MB")
      }
    }
  }

  private func followers(
    of step: Step, _ state: JavaScriptText?, _ engine: isolated Engine
  ) throws(JavaScriptException) -> [Step] {
    var followers: [Step] = []
    for edge in step.next where try engine.follows(edge, after: step, state: state) {
      if let step = self.steps[edge.target] { followers.append(step) }
    }
    if !followers.isEmpty, state == nil {
      engine.report(.runtime, .warn, "step \(step.id) did not return a state object")
    }
    return followers
  }

  private func conditionError(_ error: JavaScriptException) -> JSON {
    [
      "source": "runtime", "name": "EdgeConditionError", "severity": "crash",
      "message": .string(error.description),
    ]
  }

  /// A step reached again is reported as `id-1`, `id-2`, ….
  private static func key(_ id: String, _ visits: inout [String: Int]) -> String {
    let count = visits[id, default: 0]
    visits[id] = count + 1
    return count == 0 ? id : "\(id)-\(count)"
  }

  private func result(
    _ leaves: [(key: String, state: JavaScriptText)], _ failedSteps: Int, _ engine: isolated Engine
  ) -> RunResult {
    let output = leaves.count > 1 ? engine.combine(leaves) : leaves.first?.state.bytes
    return RunResult(output: output, failedSteps: failedSteps, error: nil)
  }
}

extension RunResult {
  static func stopped(_ error: JSON) -> RunResult {
    RunResult(output: nil, failedSteps: 0, error: error)
  }
}
