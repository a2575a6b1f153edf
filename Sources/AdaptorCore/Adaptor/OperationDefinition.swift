/// An operation of an adaptor that job files may call, with its typed parameters.
public struct OperationDefinition<Host: Adaptor>: Sendable {
  /// What documentation, job files and tests know of the operation.
  public let info: OperationInfo
  private let body: @Sendable (Host, [RawJSON?], AdaptorContext) async throws -> Outcome

  /// Declares an operation. Parameters and closure must agree, or this does not compile.
  ///
  /// ```swift
  /// OperationDefinition(
  ///   "get", "Requests a resource.", effect: .reads,
  ///   Parameter<String>("path", "path or URL"), Parameter<Options?>("options", "query, headers, …")
  /// ) { http, path, options in try await http.get(path, options) }
  /// ```
  ///
  /// - Parameter valueDepth: see `OperationInfo.valueDepth`; for databases.
  public init<each Argument: Decodable & Sendable>(
    _ name: String, _ summary: String, effect: OperationInfo.Effect, valueDepth: Int = 0,
    _ parameters: repeat Parameter<each Argument>,
    body: @escaping @Sendable (Host, repeat each Argument) async throws -> Outcome
  ) {
    var infos: [ParameterInfo] = []
    for parameter in repeat each parameters { infos.append(parameter.info) }
    info = OperationInfo(
      name: name, summary: summary, effect: effect, parameters: infos, valueDepth: valueDepth)
    self.body = { [infos] host, arguments, context in
      var decoder = ArgumentDecoder(parameters: infos, arguments: arguments)
      let decoded = (repeat try decoder.next((each Argument).self))
      decoder.finish { context.log(.warn, "\(name): \($0)") }
      return try await body(host, repeat each decoded)
    }
  }

  /// Decodes `arguments` (nil: not given) and runs the operation.
  ///
  /// - Returns: what the operation did to the state; the caller applies it.
  /// - Throws: `AdaptorError` within the operation's name. Arguments that do not fit are reported
  ///   before anything runs, with code `.invalidArgument`.
  public func run(
    _ host: Host, _ arguments: [RawJSON?], context: AdaptorContext
  ) async throws(AdaptorError) -> Outcome {
    do {
      return try await body(host, arguments, context)
    } catch {
      throw AdaptorError.wrapping(error).within(info.name)
    }
  }
}
