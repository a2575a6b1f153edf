import AdaptorCore

/// What happens during a run, for whoever listens: a terminal, a log, a report.
public enum RunEvent: Sendable {
  case stepStarted(id: String, name: String)
  case stepCompleted(id: String, name: String, duration: Duration)
  /// The error as OpenFn serialises it: `name`, `severity`, `message` and more.
  case stepFailed(id: String, name: String, error: JSON, duration: Duration)
  case log(LogLine)
}
