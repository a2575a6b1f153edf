import Synchronization

/// A SHA-256 that is computed on another thread, while the next piece arrives.
///
/// Called by one task at a time.
final class Checksum: Sendable {
  private let hash = Mutex<SHA256?>(SHA256())
  private let latest = Mutex<Task<Void, Never>?>(nil)

  /// Takes the next piece, once the one before is done.
  func add(_ piece: [UInt8]) async {
    await latest.withLock { $0 }?.value
    // Detached: without a preference for the loop's thread, which is busy with the connection.
    let task = Task<Void, Never>.detached {
      self.hash.withLock { _ = $0?.update(piece) }
    }
    latest.withLock { $0 = task }
  }

  /// The digest of everything, 64 hexadecimal digits.
  func finish() async -> String {
    await latest.withLock { $0 }?.value
    return hash.withLock { $0.take()?.finish() ?? "" }
  }
}
