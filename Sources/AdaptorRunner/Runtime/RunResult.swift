import AdaptorCore

/// How a run ended.
public struct RunResult: Sendable {
  /// The final state as compact JSON text; nil when it is `undefined`, or when the run was stopped.
  public let output: [UInt8]?
  /// How many steps failed without ending the run.
  public let failedSteps: Int
  /// The error that ended the run, as OpenFn serialises it; nil when the run reached its end.
  public let error: JSON?
}
