import AdaptorCore

/// The common adaptor.
public struct Common: Adaptor {
  public struct Configuration: Decodable, Sendable {}
  public static let manifest = AdaptorManifest(
    name: "common", version: "3.3.4", summary: "Operations that every job may use.",
    initialState: [:], commonOperations: ["*"])
  public static let operations: [OperationDefinition<Common>] = []
  public init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError) {}
}
