/// The body of a response between libcurl, which brings it, and the reader, who may be slower.
///
/// Belongs to the loop's thread.
final class BodyPipe {
  /// Called once: with the first byte of the body, when the header is known for good, or at the end.
  var onBegin: ((Result<Void, any Error>) -> Void)?
  /// Whether the transfer waits for the reader.
  private(set) var isFull = false
  private let onDrain: () -> Void
  private var buffer: [UInt8] = []
  private var end: Result<Void, any Error>?
  private var reader: CheckedContinuation<[UInt8]?, any Error>?
  /// Bytes that may wait.
  private static let capacity = 1 << 19

  /// - Parameter onDrain: lets a transfer that found the pipe full go on.
  init(onDrain: @escaping () -> Void) { self.onDrain = onDrain }

  /// Takes bytes; false when too many are waiting already.
  func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    begin(.success(()))
    isFull = buffer.count >= Self.capacity
    guard !isFull else { return false }
    buffer.append(contentsOf: bytes)
    deliver()
    return true
  }

  func finish(_ result: Result<Void, any Error>) {
    end = result
    begin(result)
    deliver()
  }

  /// What has arrived; nil at the end.
  ///
  /// - Parameter client: whose thread the pipe belongs to.
  func next(_ client: isolated HTTPClient) async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { continuation in
      reader = continuation
      deliver()
    }
  }

  private func begin(_ result: Result<Void, any Error>) {
    onBegin?(result)
    onBegin = nil
  }

  private func deliver() {
    guard let reader, !buffer.isEmpty || end != nil else { return }
    self.reader = nil
    guard !buffer.isEmpty else { return reader.resume(with: end!.map { nil }) }
    let piece = buffer
    buffer = []
    reader.resume(returning: piece)
    if isFull {
      isFull = false
      onDrain()
    }
  }
}
