/// A system that jobs talk to: its configuration and its operations.
///
/// An adaptor is an ordinary Swift type with `async throws` methods. `operations` lists those that a
/// job file may call; from that one list the job's functions, the argument checks, `adaptor docs` and
/// the tests of `AdaptorTesting` are made.
public protocol Adaptor: Sendable {
  /// What `state.configuration` must look like. Unknown members are allowed.
  associatedtype Configuration: Decodable & Sendable

  /// Name, version and what a job file sees besides the operations.
  static var manifest: AdaptorManifest { get }

  /// The operations that a job may call.
  static var operations: [OperationDefinition<Self>] { get }

  /// The helper functions that a job may call; none unless declared.
  static var functions: [FunctionDefinition] { get }

  /// An adaptor that is ready for its first operation. Nothing is contacted here.
  ///
  /// - Throws: `AdaptorError` with code `.invalidConfiguration`.
  init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError)

  /// Gives back what the adaptor holds, such as a connection. Called once, at the end of a step.
  func close() async
}

extension Adaptor {
  /// No helper functions, for adaptors that declare none.
  public static var functions: [FunctionDefinition] { [] }
  /// Does nothing, for adaptors that hold nothing.
  public func close() async {}
}

extension Adaptor {
  /// An adaptor for a configuration that arrived as JSON; `null` counts as an empty object.
  ///
  /// - Throws: `AdaptorError` with code `.invalidConfiguration` that names the member at fault and
  ///   never shows its value.
  public static func open(
    configuration: JSON, context: AdaptorContext
  ) throws(AdaptorError) -> Self {
    do {
      let decoded = try JSONValueDecoder.decode(
        Configuration.self, from: configuration.isNull ? [:] : configuration)
      return try Self(configuration: decoded.value, context: context)
    } catch let mismatch as JSONMismatch {
      throw AdaptorError(
        .invalidConfiguration,
        "the configuration does not fit the adaptor '\(manifest.name)': \(mismatch)")
    } catch {
      throw AdaptorError.wrapping(error)
    }
  }
}
