import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is open for reading, at any place and from any thread. It is closed with the last
/// reference.
public final class OpenFile: Sendable {
  /// The name it was opened by.
  public let name: String
  /// Its bytes when it was opened.
  public let size: Int
  private let descriptor: FileDescriptor

  convenience init(_ place: borrowing FilePlace) throws(AdaptorError) {
    try self.init(place.last, of: place)
  }

  /// The file `last` in the folder of a place.
  init(_ last: String, of place: borrowing FilePlace) throws(AdaptorError) {
    name = place.name
    // Not blocking: a pipe that nobody writes would stop us here.
    let number = systemOpen(
      place.folder.number, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { throw FileFolder.failure("cannot be read", name) }
    descriptor = FileDescriptor(number: number)
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileFolder.failure("cannot be read", name) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw AdaptorError(.file, "'\(name)' cannot be read: it is no ordinary file")
    }
    size = Int(status.st_size)
  }

  /// Reads bytes from `offset` on, as many as the buffer takes.
  ///
  /// - Returns: how many there were; 0 at the end.
  /// - Throws: `AdaptorError` with code `.file`.
  public func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(AdaptorError) -> Int {
    while true {
      let count = pread(descriptor.number, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileFolder.failure("cannot be read", name) }
    }
  }

  /// All bytes that there were when it was opened.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  public func contents() throws(AdaptorError) -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: size) { (buffer, count) throws(AdaptorError) in
      let buffer = UnsafeMutableRawBufferPointer(buffer)
      while count < size {
        let read = try read(
          at: count, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count..<size]))
        if read == 0 { return }
        count += read
      }
    }
  }

  /// The bytes from the beginning, piece by piece.
  public func stream(pieceSize: Int = 1 << 18) -> ByteStream {
    let offset = Atomic(0)
    return ByteStream(
      read: { [self] in
        var count = 0
        let place = offset.load(ordering: .relaxed)
        let piece = try [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, initialized in
          count = try read(at: place, into: UnsafeMutableRawBufferPointer(buffer))
          initialized = count
        }
        offset.add(count, ordering: .relaxed)
        return piece.isEmpty ? nil : piece
      }, stop: {})
  }
}
