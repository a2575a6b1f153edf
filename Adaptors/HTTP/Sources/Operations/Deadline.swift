import AdaptorCore

/// A limit to how long something may take.
enum Deadline {
  /// Runs `body`, and cancels it when it takes longer than `limit`.
  ///
  /// - Throws: what `body` throws, or `exceeded()`.
  static func run<Result: Sendable>(
    _ limit: Duration, on loop: EventLoop, _ body: @escaping @Sendable () async throws -> Result,
    exceeded: @escaping @Sendable () -> AdaptorError
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask(executorPreference: loop, operation: body)
      group.addTask(executorPreference: loop) {
        try await loop.sleep(for: limit)
        throw exceeded()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw exceeded() }
      return first
    }
  }
}
