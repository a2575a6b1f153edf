import AdaptorCore

/// How a plan is run.
public struct RunOptions: Sendable {
  /// How console output shows objects and lists.
  public enum Sanitization: String, Sendable, CaseIterable {
    /// As they are; not at all; as `[object]` or `[array]`; or as their keys or the number of
    /// elements.
    case none, remove, obfuscate, summarize
  }

  /// The time a step may take; nil: no limit.
  public var timeout: Duration? = .seconds(300)
  /// The memory the process may hold, in bytes; nil: no limit. It is looked at twenty times a second.
  public var memoryLimit: Int?
  /// Whether operations get a copy of the state instead of the state itself.
  public var isImmutable = false
  /// What console output shows of data; see `Sanitization`.
  public var sanitization = Sanitization.none
  /// Members of a step's result that never leave it.
  public var removedKeys = ["configuration"]
  /// Whether the runtime reports each operation.
  public var reportsOperations = false
  /// Whether console lines carry their arguments as JSON too.
  public var keepsArguments = false
  /// The folder whose files jobs may read and write; nil: none.
  public var files: FileFolder?
  /// Whether compiled jobs are read from the user's cache folder and kept there.
  public var usesCache = true

  /// What a run does when nothing else is asked for, as OpenFn's command line does.
  public init() {}
}
