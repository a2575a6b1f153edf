import AdaptorCore

/// The adaptors a step has opened, by adaptor and configuration.
///
/// A job may change its configuration between operations (a token fetched by the first one); each
/// configuration gets an adaptor of its own, unless the adaptor is opened once. All are closed at the end of
/// the step.
final class AdaptorSessions {
  private struct Key: Hashable {
    let adaptor: Int
    let configuration: Int
  }

  let catalog: AdaptorCatalog
  private let context: AdaptorContext
  private var configurations: [JSON] = [[:]]
  /// The number of the configuration that the step began with.
  private var first: Int?
  private var sessions: [Key: OpenAdaptor] = [:]

  init(catalog: AdaptorCatalog, context: AdaptorContext) {
    self.catalog = catalog
    self.context = context
  }

  /// The number of a configuration: the same for equal ones.
  func number(of configuration: JSON) -> Int {
    let number = configurations.firstIndex(of: configuration) ?? configurations.count
    if number == configurations.count { configurations.append(configuration) }
    first = first ?? number
    return number
  }

  /// The adaptor at a position of the catalog, opened with a configuration.
  func session(_ adaptor: Int, _ configuration: Int) throws(AdaptorError) -> OpenAdaptor {
    let isOpenedOnce = catalog.adaptors[adaptor].manifest.isOpenedOnce
    let configuration = isOpenedOnce ? first ?? configuration : configuration
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
