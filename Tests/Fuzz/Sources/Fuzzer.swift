/// Makes inputs for one part of the program and checks what that makes of them.
protocol Fuzzer: AnyObject {
  /// Checks some more inputs.
  ///
  /// - Returns: how many.
  /// - Throws: `Failure` with the first input that fails.
  func round() async throws -> Int

  /// Checks one input again, to make it smaller or to repeat it.
  ///
  /// - Returns: what is wrong with it; nil: nothing.
  func verdict(on input: [UInt8]) async throws -> String?
}
