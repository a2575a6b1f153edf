import AdaptorCore

/// How a step ended.
struct StepOutcome: Sendable {
  enum Status: String, Sendable {
    case success
    /// The step failed; the workflow goes on along its edges.
    case fail
    /// The run ends: a bug of the job.
    case crash
    /// The run ends: stopped from outside.
    case kill
  }

  let status: Status
  /// The cleaned state; nil stands for `undefined`.
  let state: JavaScriptText?
  /// The error as OpenFn serialises it.
  let error: JSON?

  /// The name of the error for an input that is not JSON.
  static let malformedInput = "InputError"

  static let ofMalformedInput = stopped(malformedInput, "the state is not JSON", .crash)

  static func stopped(_ name: String, _ message: String, _ status: Status = .kill) -> StepOutcome {
    StepOutcome(
      status: status, state: nil,
      error: [
        "source": "runtime", "name": .string(name), "severity": .string(status.rawValue),
        "message": .string(message),
      ])
  }
}
