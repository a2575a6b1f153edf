import AdaptorCore

/// How a plan is run.
public struct RunOptions: Sendable {
  /// How console output shows objects and lists.
  public enum Sanitization: String, Sendable, CaseIterable {
    case none, remove, obfuscate, summarize
  }

  /// The time a step may take; nil: no limit.
  public var timeout: Duration? = .seconds(300)
  /// Operations get a copy of the state instead of the state itself.
  public var isImmutable = false
  public var sanitization = Sanitization.none
  /// Members of a step's result that never leave it.
  public var removedKeys = ["configuration"]
  /// Whether the runtime reports each operation.
  public var reportsOperations = false
  /// Whether console lines carry their arguments as JSON too.
  public var keepsArguments = false
  /// Compiled jobs are neither read from the cache nor kept in it.
  public var usesCache = true

  public init() {}
}
