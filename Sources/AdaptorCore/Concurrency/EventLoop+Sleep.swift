extension EventLoop {
  /// Waits without holding a thread; `duration` may be zero.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, at once.
  public func sleep(for duration: Duration) async throws {
    try await Sleeper(loop: self).sleep(for: duration)
  }
}

/// One wait, and what ends it early.
private actor Sleeper {
  private let loop: EventLoop
  private var timer: LoopTimer?
  private var continuation: CheckedContinuation<Void, any Error>?

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(loop: EventLoop) { self.loop = loop }

  func sleep(for duration: Duration) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        self.continuation = continuation
        timer = loop.schedule(after: duration) { self.assumeIsolated { $0.end(nil) } }
      }
    } onCancel: {
      Task(executorPreference: loop) { await self.cancel() }
    }
  }

  private func cancel() {
    if let timer { loop.cancel(timer) }
    end(CancellationError())
  }

  private func end(_ error: (any Error)?) {
    if let error { continuation?.resume(throwing: error) } else { continuation?.resume() }
    continuation = nil
    timer = nil
  }
}
