import AdaptorCore
import AdaptorRunner
import Foundation
import Generators

/// Runs the fuzzers one after another, each for its time.
struct Worker {
  let options: FuzzOptions
  let record: InputRecord
  let loop: EventLoop

  /// - Returns: the exit status.
  func run() async throws -> Int32 {
    let start = ContinuousClock.now
    var share = 0.0
    for part in options.parts {
      share += options.parts.count == 1 ? 1 : part.share
      let fuzzer = try fuzzer(for: part)
      do {
        try await run(fuzzer, part, until: start + .seconds(options.seconds * share))
      } catch let failure as Failure {
        let shrinker = Shrinker(fuzzer: fuzzer, deadline: .now + .seconds(15))
        try Report(seed: options.seed, part: part).tell(try await shrinker.shrink(failure))
        return 1
      }
    }
    return 0
  }

  private func run(
    _ fuzzer: any Fuzzer, _ part: Part, until end: ContinuousClock.Instant
  ) async throws {
    if let path = options.input { return try await check(path, with: fuzzer) }
    var progress = Progress(part: part)
    while .now < end { progress.add(try await fuzzer.round()) }
    progress.finish()
  }

  private func check(_ path: String, with fuzzer: any Fuzzer) async throws {
    let input = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    if let reason = try await fuzzer.verdict(on: input) {
      throw Failure(reason: reason, input: input)
    }
    print("fuzz: nothing is wrong with \(path)")
  }

  private func fuzzer(for part: Part) throws -> any Fuzzer {
    // Each part has its own numbers, so that --only repeats what it did among the others.
    let seed = options.seed ^ UInt64(Part.allCases.firstIndex(of: part) ?? 0) << 32
    let jobs = JobRunner(loop: loop)
    switch part {
    case .compiler: return try CompilerFuzzer(seed: seed, jobs: jobs, record: record)
    case .json: return try JSONFuzzer(seed: seed, jobs: jobs, record: record)
    case .csv: return try CSVFuzzer(seed: seed, jobs: jobs, record: record)
    case .jsonpath: return JSONPathFuzzer(seed: seed, jobs: jobs, record: record)
    }
  }
}
