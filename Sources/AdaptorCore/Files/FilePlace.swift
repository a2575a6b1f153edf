#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a name leads to: the folder that has the file, which is open, and the name's last part.
struct FilePlace: ~Copyable, Sendable {
  let folder: FileDescriptor
  let last: String
  /// The whole name, for errors.
  let name: String
  /// Who may read a file that is made here.
  let mode: mode_t
}
