import Foundation

/// A folder that goes with the test that asked for it.
final class ScratchFolder {
  let path = NSTemporaryDirectory() + "adaptor-tests-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
