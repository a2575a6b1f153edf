import AdaptorCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files, by path. Errors have the code `.file` and say the path and the system's reason; `errno`
/// is among their details.
package enum FileSystem {
  /// The bytes of a file, whole; of a pipe or device, all until its end.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  package static func read(_ path: String) throws(AdaptorError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFolder.failure("cannot be read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFolder.failure("cannot be read", path) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw FileFolder.failure("cannot be read", path, EISDIR)
    }
    return try readAll(descriptor, path: path, size: Int(status.st_size))
  }

  private static func readAll(
    _ descriptor: Int32, path: String, size: Int
  ) throws(AdaptorError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1)
    while true {
      let capacity = max(size + 1 - bytes.count, 1 << 16)
      let piece = try readPiece(descriptor, path, capacity: capacity)
      if piece.isEmpty { return bytes }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
    }
  }

  /// The next bytes of an open file; none at the end.
  static func readPiece(
    _ descriptor: Int32, _ path: String, capacity: Int
  ) throws(AdaptorError) -> [UInt8] {
    while true {
      var count = 0
      let piece = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        count = systemRead(descriptor, buffer.baseAddress, capacity)
        initialized = max(count, 0)
      }
      if count >= 0 { return piece }
      guard errno == EINTR else { throw FileFolder.failure("cannot be read", path) }
    }
  }

  /// Replaces a file whole: the bytes are written beside it and renamed, so that no reader ever sees
  /// half of them. A device or pipe is written directly.
  ///
  /// - Parameter mode: permissions of a new file, less the process's mask; an old one keeps its
  ///   own.
  /// - Throws: `AdaptorError` with code `.file`; an old file is left as it was.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o666
  ) throws(AdaptorError) {
    try write(CollectionOfOne(bytes), to: path, mode: mode)
  }

  /// The same for bytes that come in pieces.
  static func write(
    _ pieces: some Sequence<[UInt8]>, to path: String, mode: mode_t = 0o666
  ) throws(AdaptorError) {
    if isSpecial(path) { return try write(pieces, opening: path, O_WRONLY, path, mode) }
    if isDirectory(path) { throw FileFolder.failure("cannot be written", path, EISDIR) }
    let target = followingLinks(path)
    let beside = "\(target).\(getpid()).tmp"
    unfinished.withLock { $0 = beside }
    defer { unfinished.withLock { $0 = nil } }
    do throws(AdaptorError) {
      try write(pieces, opening: beside, O_WRONLY | O_CREAT | O_TRUNC, path, mode)
      if let kept = permissions(of: target) { chmod(beside, kept) }
      guard rename(beside, target) == 0 else { throw FileFolder.failure("cannot be written", path) }
    } catch {
      unlink(beside)
      throw error
    }
  }

  /// The file that is being written, for an interrupt to remove.
  private static let unfinished = Mutex<String?>(nil)

  /// Removes what is half written. For a process that is about to end.
  static func discardUnfinished() {
    unfinished.withLock { path in
      if let path { unlink(path) }
    }
  }

  private static func write(
    _ pieces: some Sequence<[UInt8]>, opening target: String, _ flags: Int32, _ path: String,
    _ mode: mode_t
  ) throws(AdaptorError) {
    let descriptor = open(target, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileFolder.failure("cannot be written", path) }
    do throws(AdaptorError) {
      for piece in pieces { try writeAll(piece, to: descriptor, path) }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw FileFolder.failure("cannot be written", path) }
  }

  private static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(AdaptorError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      if count < 0, errno != EINTR { throw FileFolder.failure("cannot be written", path) }
      offset += max(count, 0)
    }
  }

  /// Makes a directory and those above it, unless they are there.
  ///
  /// - Parameter mode: permissions of new ones, less the process's mask.
  /// - Throws: `AdaptorError` with code `.file`.
  package static func makeDirectory(_ path: String, mode: mode_t = 0o777) throws(AdaptorError) {
    if path.isEmpty || isDirectory(path) { return }
    try makeDirectory(directory(of: path), mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw FileFolder.failure("cannot be made a directory", path)
    }
  }

  /// The file behind a symbolic link, or the path itself.
  private static func followingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func permissions(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  /// Whether there is something at `path`, links followed; also false where one may not look.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether `path` is a directory, or a link to one.
  package static func isDirectory(_ path: String) -> Bool { type(of: path) == S_IFDIR }

  private static func isSpecial(_ path: String) -> Bool {
    [S_IFCHR, S_IFIFO, S_IFSOCK].contains(type(of: path))
  }

  private static func type(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// The size of a file in bytes; 0 of a pipe or device, whose size nobody knows.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  static func size(of path: String) throws(AdaptorError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileFolder.failure("cannot be read", path) }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
  }

  // MARK: Paths

  /// Everything before the last slash; empty for a bare name.
  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `path` seen from `directory`; `~` stands for the home directory.
  package static func resolve(_ path: String, in directory: String) -> String {
    if path.hasPrefix("~/"), let home = getenv("HOME") {
      return String(cString: home) + path.dropFirst()
    }
    return path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
