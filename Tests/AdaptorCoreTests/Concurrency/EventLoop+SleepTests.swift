import AdaptorCore
import Testing

@Suite struct EventLoopSleepTests {
  @Test func itTakesItsTime() async throws {
    let start = ContinuousClock.now
    try await EventLoop.shared.sleep(for: .milliseconds(30))
    #expect(ContinuousClock.now - start >= .milliseconds(30))
    try await EventLoop.shared.sleep(for: .zero)
  }

  @Test func cancellationEndsItAtOnce() async throws {
    let start = ContinuousClock.now
    let early = Task { try await EventLoop.shared.sleep(for: .seconds(60)) }
    early.cancel()
    let late = Task { try await EventLoop.shared.sleep(for: .seconds(60)) }
    try await EventLoop.shared.sleep(for: .milliseconds(10))
    late.cancel()
    for task in [early, late] {
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
