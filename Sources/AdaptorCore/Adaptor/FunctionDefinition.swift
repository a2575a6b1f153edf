/// A plain helper function of an adaptor: it answers at once, without state and without the system.
public struct FunctionDefinition: Sendable {
  /// The function's name, summary and parameters. Its effect is always `.reads`.
  public let info: OperationInfo
  private let body: @Sendable ([RawJSON?]) throws -> JSON?

  /// Declares a function. Parameters and closure must agree, or this does not compile.
  ///
  /// - Parameter body: computes the value; nil stands for JavaScript's `undefined`.
  public init<each Argument: Decodable & Sendable>(
    _ name: String, _ summary: String, _ parameters: repeat Parameter<each Argument>,
    body: @escaping @Sendable (repeat each Argument) throws -> JSON?
  ) {
    var infos: [ParameterInfo] = []
    for parameter in repeat each parameters { infos.append(parameter.info) }
    info = OperationInfo(name: name, summary: summary, effect: .reads, parameters: infos)
    self.body = { [infos] arguments in
      var decoder = ArgumentDecoder(parameters: infos, arguments: arguments)
      let decoded = (repeat try decoder.next((each Argument).self))
      return try body(repeat each decoded)
    }
  }

  /// Declares a function of any number of arguments; one that is not given is `.null`.
  public init(
    _ name: String, _ summary: String, variadic parameter: Parameter<JSON>,
    body: @escaping @Sendable ([JSON]) throws -> JSON?
  ) {
    info = OperationInfo(
      name: name, summary: summary, effect: .reads, parameters: [parameter.info])
    self.body = { arguments in try body(arguments.map { try $0?.parsed() ?? .null }) }
  }

  /// Decodes `arguments` (nil: not given) and calls the function.
  ///
  /// - Returns: the value; nil stands for `undefined`.
  /// - Throws: `AdaptorError` within the function's name; `.invalidArgument` for arguments that do
  ///   not fit.
  public func call(_ arguments: [RawJSON?]) throws(AdaptorError) -> JSON? {
    do {
      return try body(arguments)
    } catch {
      throw AdaptorError.wrapping(error).within(info.name)
    }
  }
}
