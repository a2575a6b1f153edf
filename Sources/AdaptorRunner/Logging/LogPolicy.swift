import AdaptorCore

/// Which lines are shown: a level for each component (`--log info`, `--log runtime=debug,job=none`).
public struct LogPolicy: Sendable {
  enum Threshold: String, CaseIterable {
    case none, `default`, info, debug

    var priority: Int {
      switch self {
      case .none: 9
      case .default: 2
      case .info: 1
      case .debug: 0
      }
    }
  }

  private var thresholds: [LogLine.Component: Threshold]

  /// OpenFn's defaults: everything of the job, and of the rest what matters.
  public init() {
    thresholds = Dictionary(
      LogLine.Component.allCases.map { ($0, $0 == .job || $0 == .adaptor ? .debug : .default) },
      uniquingKeysWith: { $1 })
  }

  /// Reads a specification, as `--log` takes it; what it does not name keeps OpenFn's default.
  ///
  /// - Parameter specification: levels separated by commas, each alone or as `component=level`.
  /// - Throws: `AdaptorError` with code `.usage` for an unknown level or component.
  public init(specification: String) throws(AdaptorError) {
    self.init()
    for part in specification.split(separator: ",") {
      let words = part.split(separator: "=").map(String.init)
      let threshold = try Self.threshold(words.last ?? "")
      if words.count == 2 {
        for component in try Self.components(words[0]) { thresholds[component] = threshold }
      } else {
        setAll(threshold)
      }
    }
  }

  /// A bare level leaves the job's own lines visible, except for `none`.
  private mutating func setAll(_ threshold: Threshold) {
    for component in LogLine.Component.allCases
    where threshold == .none || (component != .job && component != .adaptor) {
      thresholds[component] = threshold
    }
  }

  /// Whether a line is at or above the level of its component; errors always are, even for `none`.
  public func shows(_ line: LogLine) -> Bool {
    line.level.priority >= (thresholds[line.component] ?? .default).priority
  }

  /// Whether debug lines of the runtime are wanted; they cost something to make.
  var showsRuntimeDebug: Bool { thresholds[.runtime] == .debug }

  private static func threshold(_ word: String) throws(AdaptorError) -> Threshold {
    if let threshold = Threshold(rawValue: word) { return threshold }
    let known = Threshold.allCases.map(\.rawValue)
    throw AdaptorError(
      .usage,
      "unknown log level '\(word)'; expected \(known.joined(separator: ", "))."
        + word.suggestion(from: known))
  }

  private static func components(_ word: String) throws(AdaptorError) -> [LogLine.Component] {
    switch word {
    case "cli": return [.cli]
    case "runtime", "rt", "r/t": return [.runtime]
    case "compiler", "cmp": return [.compiler]
    case "job": return [.job, .adaptor]
    default:
      let known = ["cli", "runtime", "compiler", "job"]
      throw AdaptorError(
        .usage,
        "unknown log component '\(word)'; expected \(known.joined(separator: ", "))."
          + word.suggestion(from: known))
    }
  }
}

extension AdaptorError.Code {
  /// A command line that cannot be understood.
  public static let usage = Self("usage")
}
