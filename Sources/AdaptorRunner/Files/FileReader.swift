import AdaptorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is read piece by piece.
final class FileReader {
  private let path: String
  private let descriptor: Int32
  private static let pieceSize = 1 << 18

  /// - Throws: `AdaptorError` with code `.file`.
  init(_ path: String) throws(AdaptorError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileSystem.failure("cannot be read", path) }
  }

  deinit { close(descriptor) }

  /// The next bytes; none at the end.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  func read() throws(AdaptorError) -> [UInt8] {
    while true {
      var count = 0
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, initialized in
        count = systemRead(descriptor, buffer.baseAddress, Self.pieceSize)
        initialized = max(count, 0)
      }
      if count >= 0 { return piece }
      guard errno == EINTR else { throw FileSystem.failure("cannot be read", path) }
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}
