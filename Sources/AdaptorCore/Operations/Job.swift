/// Operations that run one after another, each with the state of the one before.
///
/// ```swift
/// let job = Job {
///   http.get("/patients", query: ["page": "1"])
///   each(.state { $0.data["items"].elements }) {
///     dhis2.create("events", .state { event(from: $0.data) })
///   }
/// }
/// let final = try await job.run()
/// ```
public struct Job: Sendable {
  /// The operations in the order in which they run.
  public let operations: [Operation]

  /// Collects the operations that the closure lists; nothing runs yet. Rethrows what it throws.
  public init(@JobBuilder _ operations: () throws -> [Operation]) rethrows {
    self.operations = try operations()
  }

  /// Runs all operations and returns the last state.
  ///
  /// - Parameter state: what the first operation starts with; empty unless given.
  /// - Throws: the `AdaptorError` of the first operation that fails; later ones do not run.
  ///   `CancellationError` when the task is cancelled.
  public func run(_ state: State = State()) async throws -> State {
    var state = state
    for operation in operations { state = try await operation(state) }
    return state
  }
}
