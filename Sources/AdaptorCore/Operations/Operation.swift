/// A named step from one state to the next. Operations compose: see `Job` and `combine`.
public struct Operation: Sendable {
  /// The name that errors carry.
  public let name: String
  private let body: @Sendable (State) async throws -> State

  /// An operation of your own.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - body: makes the next state; what it throws becomes an `AdaptorError` within `name`.
  public init(_ name: String, _ body: @escaping @Sendable (State) async throws -> State) {
    self.name = name
    self.body = body
  }

  /// Runs the operation.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, else an `AdaptorError` whose
  ///   `operations` begin with this one's name.
  public func callAsFunction(_ state: State) async throws -> State {
    try Task.checkCancellation()
    do {
      return try await body(state)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw AdaptorError.wrapping(error).within(name)
    }
  }
}
