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
  /// Bytes that are read at a time.
  static let pieceSize = 1 << 18

  /// - Throws: `AdaptorError` with code `.file`.
  init(_ path: String) throws(AdaptorError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFolder.failure("cannot be read", path) }
  }

  deinit { close(descriptor) }

  /// The next bytes; none at the end.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  func read() throws(AdaptorError) -> [UInt8] {
    try FileSystem.readPiece(descriptor, path, capacity: Self.pieceSize)
  }
}
