import AdaptorCore

/// The body of a request between its source and libcurl, each of which may be the slower one.
///
/// Belongs to the loop's thread.
final class UploadPipe {
  /// Whether libcurl waits for the source.
  private(set) var isStarving = false
  private var piece: [UInt8] = []
  private var offset = 0
  private var end: Result<Void, AdaptorError>?
  private var isClosed = false
  private var sender: CheckedContinuation<Void, Never>?

  /// Hands over what is there.
  ///
  /// - Throws: what the source met.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(AdaptorError) -> BodyReader.Reading {
    let count = min(buffer.count, piece.count - offset)
    if count == 0 {
      try end?.get()
      isStarving = end == nil
      return isStarving ? .later : .bytes(0)
    }
    piece.withUnsafeBytes {
      buffer.copyMemory(from: .init(rebasing: $0[offset..<(offset + count)]))
    }
    offset += count
    if offset == piece.count { release() }
    return .bytes(count)
  }

  /// Takes the next piece and waits until it is gone.
  ///
  /// - Parameters:
  ///   - onPiece: lets a transfer go on that waited for it.
  ///   - client: whose thread the pipe belongs to.
  /// - Returns: false when no more is wanted.
  func send(
    _ bytes: [UInt8], _ client: isolated HTTPClient, onPiece: () -> Void
  ) async -> Bool {
    if isClosed { return false }
    (piece, offset) = (bytes, 0)
    wake(onPiece)
    await withCheckedContinuation { continuation in
      if offset == piece.count || isClosed { return continuation.resume() }
      sender = continuation
    }
    return !isClosed
  }

  func finish(_ result: Result<Void, AdaptorError>, onPiece: () -> Void) {
    end = result
    wake(onPiece)
  }

  func close() {
    isClosed = true
    release()
  }

  private func wake(_ onPiece: () -> Void) {
    guard isStarving else { return }
    isStarving = false
    onPiece()
  }

  private func release() {
    sender?.resume()
    sender = nil
  }
}
