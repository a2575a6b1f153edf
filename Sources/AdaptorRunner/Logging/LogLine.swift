import AdaptorCore

/// One line that a run reports. Secrets of the configuration are already replaced.
public struct LogLine: Sendable {
  /// Who speaks, as the label of the line shows it.
  public enum Component: String, Sendable, CaseIterable {
    case cli = "CLI"
    case runtime = "R/T"
    case compiler = "CMP"
    case job = "JOB"
    case adaptor = "ADA"
  }

  /// How serious the line is, in OpenFn's words.
  public enum Level: String, Sendable {
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

  public let component: Component
  public let level: Level
  public let text: String
  /// The arguments of a console call as a JSON array, when the listener asked for them.
  public let arguments: JSON?

  public init(_ component: Component, _ level: Level, _ text: String, arguments: JSON? = nil) {
    self.component = component
    self.level = level
    self.text = text
    self.arguments = arguments
  }
}
