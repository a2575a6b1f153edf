import Foundation
import Glibc

/// Starts the worker, and notices when it crashes or does not get on.
struct Supervisor {
  /// The time one input may take; one of 10 MB takes some seconds.
  private static func limit(_ size: Int) -> Duration { .seconds(size < 1_000_000 ? 10 : 40) }

  let options: FuzzOptions

  /// - Returns: the exit status.
  func run() throws -> Int32 {
    let path = NSTemporaryDirectory() + "fuzz-\(getpid())"
    let record = try InputRecord(path: path)
    defer { unlink(path) }
    print("fuzz: seed \(options.seed)")
    fflush(nil)
    let worker = try ChildProcess(["/proc/self/exe"] + options.arguments(record: path))
    var (turn, since) = (record.turn, ContinuousClock.now)
    while true {
      if let status = worker.poll() { return try end(status, record) }
      if record.turn != turn { (turn, since) = (record.turn, .now) }
      let limit = Self.limit(record.size)
      if .now - since > limit {
        worker.kill()
        return try report("no end after \(limit)", record)
      }
      usleep(50_000)
    }
  }

  private func end(_ status: WaitStatus, _ record: InputRecord) throws -> Int32 {
    switch status {
    case .exited(let code): code
    case .killed(let signal): try report("crash by signal \(signal)", record)
    }
  }

  private func report(_ reason: String, _ record: InputRecord) throws -> Int32 {
    try Report(seed: options.seed, part: record.part)
      .tell(Failure(reason: reason, input: record.input))
    return 1
  }
}
