#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file descriptor with one owner, which closes it.
struct FileDescriptor: ~Copyable, Sendable {
  let number: Int32

  deinit { close(number) }
}
