/// Values that another thread makes, each while their reader works on the one before.
package actor Lookahead<Value: Sendable> {
  private let make: @Sendable () async throws(AdaptorError) -> Value?
  /// The value after the latest.
  private var upcoming: Task<Result<Value?, AdaptorError>, Never>?

  /// - Parameter make: the next value; nil at the end. Called by one task at a time. An actor that it enters must not
  ///   be entered by the reader, too: the actor could go on there, on the reader's thread.
  package init(_ make: @escaping @Sendable () async throws(AdaptorError) -> Value?) {
    self.make = make
  }

  /// The next value; nil at the end.
  ///
  /// - Throws: what making it meets.
  package func next() async throws(AdaptorError) -> Value? {
    let value = try await (upcoming ?? fetch()).value.get()
    upcoming = value == nil ? nil : fetch()
    return value
  }

  // Detached: without a preference for the reader's thread.
  private func fetch() -> Task<Result<Value?, AdaptorError>, Never> {
    Task.detached { [make] in
      do throws(AdaptorError) {
        return .success(try await make())
      } catch {
        return .failure(error)
      }
    }
  }
}
