import AdaptorCore

/// One line that a run reports. Secrets of the configuration are already replaced.
public struct LogLine: Sendable {
  /// Who speaks, as the label of the line shows it.
  public enum Component: String, Sendable, CaseIterable {
    /// The command line: files, flags, the end of the run.
    case cli = "CLI"
    /// The engine: steps that start, end and fail.
    case runtime = "R/T"
    /// What turns job files into scripts.
    case compiler = "CMP"
    /// The job itself, through `console`.
    case job = "JOB"
    /// An adaptor, through its context.
    case adaptor = "ADA"
  }

  /// How serious the line is, in OpenFn's words.
  public enum Level: String, Sendable {
    /// From what is shown on request only to what is always shown; `always` is for results, not
    /// problems.
    case debug, info, success, always, warn, error

    /// Lines below the chosen priority are not shown; errors always are.
    var priority: Int {
      switch self {
      case .debug: 0
      case .info: 1
      case .success, .always, .warn: 2
      case .error: 100
      }
    }

    var icon: String {
      switch self {
      case .debug: "❯"
      case .info: "ℹ"
      case .success: "✔"
      case .always: "♦"
      case .warn: "⚠"
      case .error: "✘"
      }
    }
  }

  /// Who speaks.
  public let component: Component
  /// How serious it is.
  public let level: Level
  /// The line without label and icon; it may have several lines.
  public let text: String
  /// The arguments of a console call as a JSON array, when the listener asked for them.
  public let arguments: JSON?

  /// A line to report. Whoever makes it replaces secrets first.
  ///
  /// - Parameter arguments: what a console call was given, as a JSON array, for logs in JSON.
  public init(_ component: Component, _ level: Level, _ text: String, arguments: JSON? = nil) {
    self.component = component
    self.level = level
    self.text = text
    self.arguments = arguments
  }
}
