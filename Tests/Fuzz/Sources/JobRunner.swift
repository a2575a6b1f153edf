import AdaptorCore
import AdaptorRunner

/// Runs and compiles jobs with the real engine.
struct JobRunner: Sendable {
  private let loop: EventLoop
  private let engine: Engine

  init(loop: EventLoop) {
    self.loop = loop
    var options = RunOptions()
    options.usesCache = false
    options.timeout = .seconds(8)
    engine = Engine(
      catalog: AdaptorCatalog([FuzzAdaptor.self]), options: options, loop: loop, listener: { _ in })
  }

  /// One with an engine of its own.
  var another: JobRunner { JobRunner(loop: loop) }

  /// The script that source text is compiled to.
  func compile(_ source: [UInt8]) async throws(AdaptorError) -> String {
    try await engine.compile(Self.step(source))
  }

  /// The final state of a job.
  ///
  /// - Throws: `AdaptorError` for input that is refused, or with the error of the job.
  func run(_ job: String, input: [UInt8]) async throws(AdaptorError) -> JSON {
    let plan = Plan(steps: [Self.step(Array(job.utf8))])
    let result = try await engine.run(plan, input: .json(RawJSON(input)))
    if let error = result.error { throw AdaptorError(.failed, error["message"].string ?? "") }
    let state = try JSON(parsing: result.output ?? [])
    guard result.failedSteps == 0 else {
      throw AdaptorError(.failed, "the job failed: \(state["errors"])")
    }
    return state
  }

  private static func step(_ source: [UInt8]) -> Step {
    Step(id: "job", expression: source, file: "job.js", adaptors: ["fuzz"])
  }
}
