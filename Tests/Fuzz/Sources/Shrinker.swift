/// Makes a failing input smaller by leaving out stretches, as long as it still fails.
struct Shrinker {
  let fuzzer: any Fuzzer
  let deadline: ContinuousClock.Instant

  func shrink(_ failure: Failure) async throws -> Failure {
    var smallest = failure
    var size = failure.input.count / 2
    while size > 0, ContinuousClock.now < deadline {
      let before = smallest.input.count
      smallest = try await pass(smallest, size: size)
      if smallest.input.count == before { size /= 2 }
    }
    return smallest
  }

  /// Tries to leave out each stretch of `size` bytes.
  private func pass(_ failure: Failure, size: Int) async throws -> Failure {
    var smallest = failure
    var start = 0
    while start < smallest.input.count, ContinuousClock.now < deadline {
      var input = smallest.input
      input.removeSubrange(start..<min(start + size, input.count))
      if let reason = try await fuzzer.verdict(on: input) {
        smallest = Failure(reason: reason, input: input)
      } else {
        start += size
      }
    }
    return smallest
  }
}
