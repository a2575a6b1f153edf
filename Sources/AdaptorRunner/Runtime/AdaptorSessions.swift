import AdaptorCore

/// The adaptors a step has opened, by adaptor and configuration.
///
/// A job may change its configuration between operations (a token fetched by the first one); each
/// configuration gets an adaptor of its own, and all are closed at the end of the step.
final class AdaptorSessions {
  private struct Key: Hashable {
    let adaptor: Int
    let configuration: Int
  }

  let catalog: AdaptorCatalog
  private let context: AdaptorContext
  private var configurations: [JSON] = [[:]]
  private var sessions: [Key: OpenAdaptor] = [:]

  init(catalog: AdaptorCatalog, context: AdaptorContext) {
    self.catalog = catalog
    self.context = context
  }

  /// The number of a configuration: the same for equal ones.
  func number(of configuration: JSON) -> Int {
    if let known = configurations.firstIndex(of: configuration) { return known }
    configurations.append(configuration)
    return configurations.count - 1
  }

  /// The adaptor at a position of the catalog, opened with a configuration.
  func session(_ adaptor: Int, _ configuration: Int) throws(AdaptorError) -> OpenAdaptor {
    let key = Key(adaptor: adaptor, configuration: configuration)
    if let open = sessions[key] { return open }
    let opened = try catalog.adaptors[adaptor].openErased(
      configuration: configurations[configuration], context: context)
    sessions[key] = opened
    return opened
  }

  /// All open adaptors; the caller closes them.
  func takeAll() -> [OpenAdaptor] {
    defer { sessions = [:] }
    return Array(sessions.values)
  }
}
