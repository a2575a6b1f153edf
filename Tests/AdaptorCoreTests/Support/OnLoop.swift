@testable import AdaptorCore

/// Runs `body` as a task on a loop of its own.
func onLoop<Value: Sendable>(
  _ body: @Sendable (EventLoop) async throws -> Value
) async rethrows -> Value {
  let loop = EventLoop()
  defer { loop.stop() }
  return try await withTaskExecutorPreference(loop) { try await body(loop) }
}

/// Comes back after `delay` by a timer of the loop.
func pause(_ loop: EventLoop, _ delay: Duration = .zero) async {
  await withCheckedContinuation { continuation in
    _ = loop.schedule(after: delay) { continuation.resume() }
  }
}

/// Lets the loop look at its descriptors at least once.
func rounds(_ loop: EventLoop) async {
  for _ in 0..<3 { await pause(loop) }
}
