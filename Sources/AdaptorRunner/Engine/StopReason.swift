/// Why a step is ended from outside.
enum StopReason: Sendable {
  case time
  case memory

  /// The limit that has been passed; nil: neither.
  init?(deadline: ContinuousClock.Instant?, memoryLimit: Int?) {
    if let deadline, deadline <= .now {
      self = .time
    } else if let memoryLimit, ResidentMemory.bytes > memoryLimit {
      self = .memory
    } else {
      return nil
    }
  }

  /// The error of a step that is over its limits, as OpenFn's runtime and worker word it.
  func outcome(_ options: RunOptions) -> StepOutcome {
    .stopped(error(options).name, error(options).message)
  }

  /// The line for people.
  func line(_ options: RunOptions) -> String {
    "\(error(options).name): \(error(options).message)"
  }

  private func error(_ options: RunOptions) -> (name: String, message: String) {
    switch self {
    case .time:
      let limit = options.timeout.map { Int($0 / .milliseconds(1)) } ?? 0
      return ("TimeoutError", "Job took longer than \(limit)ms to complete")
    case .memory:
      let limit = (options.memoryLimit ?? 0) >> 20
      return ("OOMError", "Run exceeded maximum memory usage of \(limit) MB")
    }
  }
}
