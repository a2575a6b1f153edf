import Glibc

/// A child process, with pipes to its standard input and output where wanted.
final class ChildProcess {
  private let pid: pid_t
  /// Both -1 without pipes.
  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []

  init(_ arguments: [String], hasPipes: Bool = false) throws(UsageError) {
    let toChild = hasPipes ? Self.makePipe() : [-1, -1]
    let fromChild = hasPipes ? Self.makePipe() : [-1, -1]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if hasPipes {
      posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
      posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    }
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, arguments[0], &actions, nil, &words, environ)
    for end in [toChild[0], fromChild[1]] where end >= 0 { close(end) }
    guard status == 0 else { throw UsageError("\(arguments[0]) cannot be started") }
    (self.pid, input, output) = (pid, toChild[1], fromChild[0])
  }

  deinit {
    for end in [input, output] where end >= 0 { close(end) }
  }

  /// Ends that only this process has: a child of the child must not keep a pipe open.
  private static func makePipe() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// How the process has ended; nil while it runs.
  func poll() -> WaitStatus? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? WaitStatus(status) : nil
  }

  func kill() {
    _ = Glibc.kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  // MARK: Lines

  func write(_ text: String) throws(UsageError) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
      guard count > 0 else { throw UsageError("the child process does not read") }
      done += count
    }
  }

  /// The next lines, without their ends.
  func readLines(_ count: Int) throws(UsageError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    while lines.count < count {
      let parts = buffer.split(separator: 0x0A, omittingEmptySubsequences: false)
      lines += parts.dropLast().map(Array.init)
      buffer = Array(parts.last ?? [])
      if lines.count < count { try fill() }
    }
    return lines
  }

  private func fill() throws(UsageError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(output, &chunk, chunk.count)
    guard count > 0 else { throw UsageError("the child process does not answer") }
    buffer += chunk[..<count]
  }
}
