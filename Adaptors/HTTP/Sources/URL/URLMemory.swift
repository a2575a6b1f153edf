import AdaptorCore
import Synchronization

/// Remembers URLs: a job asks for the same few again and again.
final class URLMemory: Sendable {
  /// By text.
  static let parsed = URLMemory()
  /// By base and path.
  static let resolved = URLMemory()

  private static let capacity = 256
  private let known = Mutex<[String: WebURL]>([:])

  /// The URL for `key`, made by `make` unless it is known.
  func value(
    _ key: String, _ make: (String) throws(AdaptorError) -> WebURL
  ) throws(AdaptorError) -> WebURL {
    if let url = known.withLock({ $0[key] }) { return url }
    let url = try make(key)
    known.withLock { known in
      if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
      known[key] = url
    }
    return url
  }
}
