import AdaptorCore

/// What the runtime script needs to know of a step.
struct StepSettings {
  let step: Step
  let job: StepJob
  let options: RunOptions

  var description: JSON {
    [
      "id": .string(step.id), "name": .string(step.label),
      "file": .string(step.file ?? "\(step.label).js"),
      "configuration": .object(step.configuration), "defaultState": .object(step.defaultState),
      "removedKeys": .strings(options.removedKeys),
      "immutable": .bool(options.isImmutable), "debug": .bool(options.reportsOperations),
      "logJSON": .bool(options.keepsArguments),
      "sanitize": .string(options.sanitization.rawValue),
      "insertions": job.compiled.insertions,
      "adaptors": .array(job.faces.map(\.description)),
    ]
  }

  /// A line of the job, from 1, if errors of this step show it: OpenFn does for steps of workflows.
  func sourceLine(_ number: Int) -> String? {
    guard step.showsSource else { return nil }
    return JobSource.line(number, of: job.compiled.source)
  }
}
