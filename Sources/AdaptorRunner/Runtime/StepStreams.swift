import Synchronization

/// The streams of a step, by number. Operations look them up from their own tasks.
final class StepStreams: Sendable {
  private let streams = Mutex<[StepStream]>([])

  subscript(number: Int) -> StepStream? {
    streams.withLock { $0.indices.contains(number) ? $0[number] : nil }
  }

  /// Adds a stream and answers its number.
  func add(_ stream: StepStream) -> Int {
    streams.withLock {
      $0.append(stream)
      return $0.count - 1
    }
  }

  func cancelAll() {
    for stream in streams.withLock({ $0 }) { stream.cancel() }
  }
}
