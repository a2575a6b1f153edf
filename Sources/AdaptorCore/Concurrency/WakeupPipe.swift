#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A pipe to oneself: writing a byte ends the loop's sleep.
struct WakeupPipe: ~Copyable {
  private let ends: (read: Int32, write: Int32)

  init() {
    var pair: [Int32] = [-1, -1]
    guard pipe(&pair) == 0 else { fatalError("no file descriptor is left for an event loop") }
    for end in pair {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    ends = (pair[0], pair[1])
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  var descriptor: Int32 { ends.read }

  func signal() {
    var byte: UInt8 = 0
    _ = write(ends.write, &byte, 1)
  }

  func drain() {
    var buffer: (UInt64, UInt64) = (0, 0)
    while read(ends.read, &buffer, 16) == 16 {}
  }
}
