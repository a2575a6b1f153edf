import AdaptorCore
import Synchronization

/// The streams of a step, by number. Operations look them up from their own tasks.
final class StepStreams: Sendable {
  private let streams = Mutex<[StepStream]>([])

  /// What an argument stands for: a stream of the job's, or a long list of its values.
  func stream(of argument: JSON, _ engine: Engine) -> ByteStream? {
    guard let number = argument["number"].int else { return nil }
    switch argument["type"] {
    case "ReadableStream": return self[number]?.source
    case "List": return ByteStream(read: { try await engine.readList(number)?.bytes }, stop: {})
    default: return nil
    }
  }

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
