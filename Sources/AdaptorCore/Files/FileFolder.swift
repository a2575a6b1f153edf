#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder whose files a job may read and write, and nothing outside of it.
///
/// Names are relative, with `/` between their parts. No part may be `..` or a symbolic link, so that no
/// name leads out of the folder. Errors have the code `.file`, say the name and the system's reason, and
/// hold `errno` where there is one.
public struct FileFolder: Sendable, Hashable {
  /// Where the folder is.
  public let path: String
  /// Whether what is made is for the user alone.
  public let isPrivate: Bool

  /// A folder that exists. Nothing is looked at before the first file.
  ///
  /// - Parameter isPrivate: true: nobody else may read the files and folders that are made in it.
  public init(_ path: String, isPrivate: Bool = false) {
    self.path = path
    self.isPrivate = isPrivate
  }

  /// Opens a file for reading.
  ///
  /// - Throws: `AdaptorError` with code `.file`, also for what is no ordinary file.
  public func open(_ name: String) throws(AdaptorError) -> OpenFile {
    try OpenFile(try place(of: name, makesFolders: false))
  }

  /// Begins to write a file that takes the place of `name` when it is complete.
  ///
  /// Folders that are missing are made.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  public func replacement(of name: String) throws(AdaptorError) -> FileReplacement {
    try FileReplacement(try place(of: name, makesFolders: true))
  }

  private func place(
    of name: String, makesFolders: Bool
  ) throws(AdaptorError) -> FilePlace {
    var parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isSafe = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }
    guard isSafe, let last = parts.popLast() else {
      throw AdaptorError(
        .file, "'\(name)' must be a name below the folder of files, without '..' and '/' in front")
    }
    var number = systemOpen(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    for part in parts where number >= 0 {
      let folder = FileDescriptor(number: number)
      if makesFolders { mkdirat(folder.number, part, isPrivate ? 0o700 : 0o777) }
      number = systemOpen(
        folder.number, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard number >= 0 else { throw Self.failure("cannot be reached", name) }
    return FilePlace(
      folder: FileDescriptor(number: number), last: last, name: name,
      mode: isPrivate ? 0o600 : 0o666)
  }

  /// The error for a file: its name, what cannot be done, and the system's reason.
  package static func failure(
    _ problem: String, _ name: String, _ code: Int32 = errno
  ) -> AdaptorError {
    AdaptorError(
      .file, "'\(name)' \(problem): \(String(cString: strerror(code)))",
      details: ["errno": .int(Int(code))])
  }
}

extension AdaptorError.Code {
  /// A file that cannot be read or written.
  public static let file = Self("file")
}

/// `openat`, which Swift does not import.
func systemOpen(_ folder: Int32, _ name: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
  openat(folder, name, flags, mode)
}
