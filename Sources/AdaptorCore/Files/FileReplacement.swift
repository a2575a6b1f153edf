#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is being written beside another, and takes its place when it is complete: no reader ever
/// sees half of it. What is neither committed nor kept is removed.
public struct FileReplacement: ~Copyable, Sendable {
  /// How many bytes are there, those of an earlier run included.
  public private(set) var size: Int
  private let place: FilePlace
  private let file: FileDescriptor
  private var isDone = false
  /// The file beside.
  private var partial: String { ".\(place.last).part" }
  /// What the file beside is a part of.
  private var note: String { "\(partial).note" }

  init(_ place: consuming FilePlace) throws(AdaptorError) {
    let name = place.name
    let number = systemOpen(
      place.folder.number, ".\(place.last).part",
      O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, place.mode)
    guard number >= 0 else { throw FileFolder.failure("cannot be written", name) }
    let file = FileDescriptor(number: number)
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      throw AdaptorError(.file, "'\(name)' cannot be written: it is being written already")
    }
    var status = stat()
    guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw AdaptorError(.file, "'\(name)' cannot be written: its '.part' is no ordinary file")
    }
    // Between opening and locking another process may have put this very file in its place.
    var named = stat()
    guard fstatat(place.folder.number, ".\(place.last).part", &named, AT_SYMLINK_NOFOLLOW) == 0,
      named.st_ino == status.st_ino
    else {
      throw AdaptorError(.file, "'\(name)' cannot be written: it was written just now")
    }
    size = Int(status.st_size)
    self.place = place
    self.file = file
  }

  deinit { if !isDone { remove() } }

  /// Adds bytes at the end.
  ///
  /// - Throws: `AdaptorError` with code `.file`, for a full disk among others.
  public mutating func write(_ bytes: [UInt8]) throws(AdaptorError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(
          file.number, $0.baseAddress?.advanced(by: offset), $0.count - offset,
          off_t(size + offset))
      }
      guard count >= 0 || errno == EINTR else {
        throw FileFolder.failure("cannot be written", place.name)
      }
      offset += max(count, 0)
    }
    size += bytes.count
  }

  /// Forgets what is there.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  public mutating func restart() throws(AdaptorError) {
    guard ftruncate(file.number, 0) == 0 else {
      throw FileFolder.failure("cannot be written", place.name)
    }
    size = 0
  }

  /// The bytes that are there from `offset` on, at most `count`; none at the end.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  public func read(at offset: Int, count: Int = 1 << 18) throws(AdaptorError) -> [UInt8] {
    var found = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      found = pread(file.number, buffer.baseAddress, count, off_t(offset))
      initialized = max(found, 0)
    }
    guard found >= 0 else { throw FileFolder.failure("cannot be read", place.name) }
    return bytes
  }

  /// Puts the file in the place of the old one.
  ///
  /// - Throws: `AdaptorError` with code `.file`; the old file is left as it was.
  public consuming func commit() throws(AdaptorError) {
    guard renameat(place.folder.number, partial, place.folder.number, place.last) == 0 else {
      throw FileFolder.failure("cannot be written", place.name)
    }
    unlinkat(place.folder.number, note, 0)
    isDone = true
  }

  // MARK: Across runs

  /// Leaves what is there for a later run, which finds `note` beside it.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  public consuming func keep(note text: String) throws(AdaptorError) {
    let number = systemOpen(
      place.folder.number, note, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw FileFolder.failure("cannot be kept", place.name) }
    let file = FileDescriptor(number: number)
    let bytes = Array(text.utf8)
    guard pwrite(file.number, bytes, bytes.count, 0) == bytes.count else {
      throw FileFolder.failure("cannot be kept", place.name)
    }
    isDone = true
  }

  /// What an earlier run said of the bytes it left; nil when there are none.
  public var keptNote: String? {
    guard size > 0, let file = try? OpenFile(note, of: place), file.size <= 1 << 16
    else { return nil }
    return (try? file.contents()).map { String(decoding: $0, as: UTF8.self) }
  }

  private func remove() {
    unlinkat(place.folder.number, partial, 0)
    unlinkat(place.folder.number, note, 0)
  }
}
