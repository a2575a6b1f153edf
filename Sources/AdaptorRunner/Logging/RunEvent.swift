import AdaptorCore

/// What happens during a run, for whoever listens: a terminal, a log, a report.
public enum RunEvent: Sendable {
  /// A step's job begins; steps without a job are not reported.
  case stepStarted(id: String, name: String)
  /// A step's job reached its end.
  case stepCompleted(id: String, name: String, duration: Duration)
  /// The error as OpenFn serialises it: `name`, `severity`, `message` and more.
  case stepFailed(id: String, name: String, error: JSON, duration: Duration)
  /// A line of the engine, the job or an adaptor, without secrets.
  case log(LogLine)
}
