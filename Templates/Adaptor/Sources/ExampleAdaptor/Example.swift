import AdaptorCore
import AdaptorHTTP

/// An adaptor for the Example service. Replace `find` by what your system offers.
public struct Example: Adaptor {
  /// What jobs put into `state.configuration`.
  public struct Configuration: Decodable, Sendable {
    /// Where the service is: `https://example.org/api`.
    public var baseUrl: String
    /// Sent as a bearer token.
    public var token: String
  }

  private let http: HTTP

  /// An adaptor for the service at `baseUrl`. Nothing is contacted before the first request.
  ///
  /// - Throws: `AdaptorError` with code `.invalidConfiguration`, if you check more than types here.
  public init(
    configuration: Configuration, context: AdaptorContext = AdaptorContext()
  ) throws(AdaptorError) {
    http = try HTTP(
      configuration: HTTPConfiguration(
        baseUrl: configuration.baseUrl, accessToken: configuration.token),
      context: context)
  }

  /// What `adaptor docs` and job files know of this adaptor; the version is yours to raise.
  public static let manifest = AdaptorManifest(
    name: "example", version: "1.0.0", summary: "Records of the Example service.")

  /// The operations of job files: name, effect, parameters and the method they call.
  public static let operations: [OperationDefinition<Example>] = [
    OperationDefinition(
      "find", "Finds the records of a kind.", effect: .reads,
      Parameter<String>("kind", "what to look for: patients, visits, …"),
      Parameter<Int?>("limit", "how many records at most; 50 unless given")
    ) { adaptor, kind, limit in
      try await .next(RawJSON(.array(adaptor.find(kind, limit: limit ?? 50))))
    }
  ]

  /// Finds the records of a kind. Swift programs call this directly.
  ///
  /// - Parameter limit: how many records at most, 1 to 1,000.
  /// - Throws: `AdaptorError`: `.invalidArgument`, or what `HTTP.request` throws.
  public func find(_ kind: String, limit: Int) async throws -> [JSON] {
    guard (1...1000).contains(limit) else {
      throw AdaptorError(.invalidArgument, "limit must be 1 to 1000, found \(limit)")
    }
    var options = RequestOptions()
    options.query = ["limit": .int(limit)]
    let answer = try await http.request("GET", "/\(kind)", options: options)
    return try answer.data?.parsed()["records"].elements ?? []
  }
}
