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
    let lines = job.compiled.source.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard lines.indices.contains(number - 1) else { return nil }
    return String(decoding: lines[number - 1].filter { $0 != 0x0D }, as: UTF8.self)
  }
}
