import AdaptorCore

/// The adaptors a step has opened, by adaptor and configuration.
///
/// A job may change its configuration between operations (a token fetched by the first one); each
/// configuration gets an adaptor of its own, and all are closed at the end of the step.
final class AdaptorSessions {
  private struct Key: Hashable {
    let adaptor: Int
    let configuration: [UInt8]
  }

  let catalog: AdaptorCatalog
  private let context: AdaptorContext
  private var sessions: [Key: OpenAdaptor] = [:]

  init(catalog: AdaptorCatalog, context: AdaptorContext) {
    self.catalog = catalog
    self.context = context
  }

  func session(_ adaptor: Int, _ configuration: RawJSON?) throws(AdaptorError) -> OpenAdaptor {
    let key = Key(adaptor: adaptor, configuration: configuration?.bytes ?? [])
    if let open = sessions[key] { return open }
    let opened = try catalog.adaptors[adaptor].openErased(
      configuration: try configuration?.parsed() ?? [:], context: context)
    sessions[key] = opened
    return opened
  }

  /// All open adaptors; the caller closes them.
  func takeAll() -> [OpenAdaptor] {
    defer { sessions = [:] }
    return Array(sessions.values)
  }
}
