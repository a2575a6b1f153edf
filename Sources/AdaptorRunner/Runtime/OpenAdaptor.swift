import AdaptorCore

/// An adaptor with its configuration, whatever its type.
struct OpenAdaptor: Sendable {
  /// Runs the operation at a position of the adaptor's list.
  let run: @Sendable (Int, [RawJSON?]) async throws(AdaptorError) -> Outcome
  let close: @Sendable () async -> Void
}

extension Adaptor {
  static func openErased(
    configuration: JSON, context: AdaptorContext
  ) throws(AdaptorError) -> OpenAdaptor {
    let adaptor = try open(configuration: configuration, context: context)
    let operations = Self.operations
    return OpenAdaptor(
      run: { (index, arguments) throws(AdaptorError) in
        try await operations[index].run(adaptor, arguments, context: context)
      },
      close: { await adaptor.close() })
  }
}
