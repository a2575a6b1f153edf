/// The name of an adaptor and what a job file sees besides its operations.
public struct AdaptorManifest: Sendable {
  /// The short name: `http` for `@openfn/language-http`.
  public let name: String
  /// The version of the OpenFn adaptor whose behaviour this one has.
  public let version: String
  /// One sentence for listings.
  public let summary: String
  /// Members put under the incoming state before the first operation, unless it has them.
  public let initialState: JSONObject
  /// What this adaptor exports of the common one, by name (`each`, `util.encode`); `*`: everything.
  public let commonOperations: [String]

  /// Whether the configuration that a step begins with counts for all of its operations, whatever the job makes
  /// of it later: for adaptors that hold a connection, as OpenFn's do.
  public let isOpenedOnce: Bool

  /// Old names of members of the configuration, with the new ones: an operation of a job file puts a value that stands
  /// under an old name alone under the new one, too, and warns.
  public let configurationAliases: [String: String]

  /// Describes an adaptor.
  ///
  /// - Parameters:
  ///   - name: the short name: lower case, as after `@openfn/language-`.
  ///   - version: three numbers (`7.3.2`); the first tells job files that want another behaviour.
  ///   - summary: one sentence.
  ///   - initialState: put under the incoming state; what OpenFn's adaptors put there unless given.
  ///   - commonOperations: names that `common` exports; `*` for all of them.
  ///   - isOpenedOnce: whether later changes of the configuration do not count.
  ///   - configurationAliases: new names by old ones.
  public init(
    name: String, version: String, summary: String,
    initialState: JSONObject = ["references": [], "data": .null],
    commonOperations: [String] = AdaptorManifest.usualCommonOperations, isOpenedOnce: Bool = false,
    configurationAliases: [String: String] = [:]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.initialState = initialState
    self.commonOperations = commonOperations
    self.isOpenedOnce = isOpenedOnce
    self.configurationAliases = configurationAliases
  }

  /// The package name that job files import.
  public var packageName: String { "@openfn/language-\(name)" }

  /// The major number of `version`.
  public var majorVersion: String { String(version.prefix { $0 != "." }) }

  /// What every OpenFn adaptor takes over from common.
  public static let usualCommonOperations = [
    "alterState", "as", "combine", "cursor", "dataPath", "dataValue", "dateFns", "each", "field",
    "fields", "fn", "fnIf", "group", "lastReferenceValue", "log", "map", "merge", "sourceValue",
  ]
}
