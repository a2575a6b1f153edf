import AdaptorCore
import AdaptorHTTP

extension DHIS2 {
  /// Collections that only the tracker importer writes.
  private static let trackerCollections = [
    "enrollments", "relationships", "events", "trackedEntities",
  ]

  static func isTracker(_ resource: String) -> Bool { trackerCollections.contains(resource) }

  /// Imports one object, or a list of them, and waits for the report.
  func importTracker(
    _ resource: String, _ data: RawJSON?, _ strategy: ImportStrategy, query: JSONObject,
    options: DHIS2RequestOptions? = nil
  ) async throws -> Outcome {
    let forced: JSONObject = ["async": false, "importStrategy": .string(strategy.rawValue)]
    let answer = try await request(
      "POST", "tracker", data: Self.collection(resource, data), query: query.merging(forced),
      options: options)
    return .next(answer.data)
  }

  /// `{"events":[…]}` around an object or a list, without parsing either.
  private static func collection(_ resource: String, _ data: RawJSON?) -> RawJSON {
    let bytes = data?.bytes ?? Array("null".utf8)
    let isList = data?.isList ?? false
    let open = "{\(JSON.string(resource)):\(isList ? "" : "[")"
    return RawJSON(Array(open.utf8) + bytes + Array(isList ? "}".utf8 : "]}".utf8))
  }

  /// `tracker.import`: a whole payload with a strategy.
  func trackerImport(
    _ strategy: String?, _ payload: RawJSON?, _ options: JSONObject?
  ) async throws -> Outcome {
    context.log(.info, "Preparing tracker import operation...")
    var query = options ?? [:]
    var requestOptions = DHIS2RequestOptions()
    requestOptions.apiVersion = query["apiVersion"]
    requestOptions.parseAs = query["parseAs"]?.string
    query["apiVersion"] = nil
    query["parseAs"] = nil
    if query["async"] == nil { query["async"] = false }
    if query["importStrategy"] == nil, let strategy { query["importStrategy"] = .string(strategy) }
    let answer = try await request(
      "POST", "tracker", data: payload, query: query, options: requestOptions)
    return answer.outcome()
  }

  /// `tracker.export`: one page of a collection.
  func trackerExport(
    _ path: String, _ query: JSONObject?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    context.log(.info, "Preparing tracker export operation...")
    let answer = try await request(
      "GET", "tracker/\(path)", query: query ?? [:], options: options, allowsStream: true)
    return answer.outcome()
  }
}
