import Generators

/// Source text, from real jobs to noise: each must compile, or fail with a sentence and a place.
final class CompilerFuzzer: Fuzzer {
  private static let roundSize = 50
  private static let largeInputs = 2

  private let jobs: JobRunner
  private let record: InputRecord
  private let check: CompilerCheck
  private var mutator: JobMutator
  private var random: SeededGenerator
  private var count = 0
  private var large: [LargeJob] = []
  private var memory = MemoryCheck()

  init(seed: UInt64, jobs: JobRunner, record: InputRecord) throws {
    self.jobs = jobs
    self.record = record
    check = CompilerCheck(jobs: jobs)
    random = SeededGenerator(seed: seed)
    mutator = JobMutator(seeds: try JobSeeds.load(), seed: random.next())
    large = Array(LargeJob.allCases.shuffled(using: &random).prefix(Self.largeInputs))
  }

  func round() async throws -> Int {
    if let kind = large.popLast() { return try await check(kind) }
    for _ in 0..<Self.roundSize {
      count += 1
      let isNested = count % 250 == 0
      let input = isNested ? NestedJob.source(using: &random) : mutator.next()
      if let reason = try await verdict(on: input) { throw Failure(reason: reason, input: input) }
    }
    if count % 5_000 == 0, let reason = memory.verdict(after: count) {
      throw Failure(reason: reason, input: [])
    }
    return Self.roundSize
  }

  func verdict(on input: [UInt8]) async throws -> String? {
    record.store(input, of: .compiler)
    return try await check.verdict(on: input)
  }

  /// In an engine of its own, whose memory is given back.
  private func check(_ kind: LargeJob) async throws -> Int {
    let input = kind.source(using: &random)
    record.store(input, of: .compiler)
    let check = CompilerCheck(jobs: jobs.another)
    if let reason = try await check.verdict(on: input) {
      throw Failure(reason: "\(kind): \(reason)", input: input)
    }
    return 1
  }
}
