/// What is known of an operation without running it: the source of documentation and of the
/// functions that a job sees.
public struct OperationInfo: Sendable {
  /// What an operation does to the system it talks to.
  public enum Effect: String, Sendable {
    /// Changes nothing there.
    case reads
    /// Changes something; running it twice leaves the same result as running it once.
    case writesIdempotently
    /// Changes something; running it twice may change it twice.
    case writes
  }

  /// The name a job calls it by; a dot separates a namespace (`tracker.import`).
  public let name: String
  /// What it does, in one sentence.
  public let summary: String
  /// What calling it does to the system, as `adaptor docs` states it.
  public let effect: Effect
  /// The parameters in the order in which a job passes them.
  public let parameters: [ParameterInfo]
  /// How many levels of objects and arrays inside an argument hold a database's values: undefined members are kept, as
  /// null, and dates cross as local times with their offset. Deeper is as `JSON.stringify` has it.
  public var valueDepth = 0

  /// The call as documentation shows it: `get(path, options?)`.
  public var signature: String {
    "\(name)(\(parameters.map { $0.name + ($0.isOptional ? "?" : "") }.joined(separator: ", ")))"
  }
}
