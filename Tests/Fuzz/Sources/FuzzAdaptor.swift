import AdaptorCore
import Synchronization

/// Hands documents to jobs as an answer from outside would come.
struct FuzzAdaptor: Adaptor {
  struct Configuration: Decodable, Sendable {}

  /// What `document(index)` answers with.
  static let documents = Mutex<[[UInt8]]>([])

  init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError) {}

  static let manifest = AdaptorManifest(
    name: "fuzz", version: "1.0.0", summary: "Documents.", initialState: [:],
    commonOperations: ["*"])

  static let operations: [OperationDefinition<FuzzAdaptor>] = [
    OperationDefinition(
      "document", "Makes a document the data.", effect: .reads,
      Parameter<Int>("index", "which one")
    ) { _, index in
      .next(RawJSON(documents.withLock { $0[index] }))
    }
  ]
}
