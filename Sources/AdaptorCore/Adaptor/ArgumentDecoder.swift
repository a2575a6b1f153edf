/// Turns the arguments of a call into the declared Swift types, one after another.
struct ArgumentDecoder {
  let parameters: [ParameterInfo]
  let arguments: [RawJSON?]
  private var index = 0
  private var warnings: [String] = []

  init(parameters: [ParameterInfo], arguments: [RawJSON?]) {
    self.parameters = parameters
    self.arguments = arguments
  }

  mutating func next<Value: Decodable>(_ type: Value.Type) throws(AdaptorError) -> Value {
    defer { index += 1 }
    let parameter = parameters[index]
    let argument = index < arguments.count ? arguments[index] : nil
    if argument == nil, !parameter.isOptional {
      throw error("is missing; expected \(parameter.type) (\(parameter.summary))")
    }
    // Compared first: to be told by a cast that it is none takes longer.
    if type == RawJSON.self || type == RawJSON?.self, let raw = argument as? Value { return raw }
    return try decode(type, from: argument)
  }

  /// Reports what was given and not used; a job that passes more than it needs still runs.
  func finish(report: (String) -> Void) {
    for warning in warnings { report(warning) }
    let extra = arguments.count - parameters.count
    if extra > 0, arguments.suffix(extra).contains(where: { $0 != nil }) {
      let noun = parameters.count == 1 ? "argument" : "arguments"
      report("takes \(parameters.count) \(noun), ignored \(extra) more")
    }
  }

  private mutating func decode<Value: Decodable>(
    _ type: Value.Type, from argument: RawJSON?
  ) throws(AdaptorError) -> Value {
    let value = try argument?.parsed() ?? .null
    do throws(JSONMismatch) {
      let decoded = try JSONValueDecoder.decode(type, from: value)
      warnings += decoded.unknownKeys.map { "\(label) \($0)" }
      return decoded.value
    } catch {
      throw self.error("\(error)")
    }
  }

  private var label: String { "argument \(index + 1) '\(parameters[index].name)'" }

  private func error(_ message: String) -> AdaptorError {
    AdaptorError(.invalidArgument, "\(label) \(message)")
  }
}
