import AdaptorCore

extension DHIS2 {
  private typealias Definition = OperationDefinition<DHIS2>

  /// The operations of job files: metadata, tracker, and plain requests (`http.*`) under `/api`.
  public static let operations: [OperationDefinition<DHIS2>] = resources + tracker + plain

  private static let resources = [
    Definition(
      "get", "Reads a resource or a collection.", effect: .reads,
      Parameter<String>("path", "a resource: organisationUnits, dataElements/ID, …"), parameters
    ) {
      try await $0.get($1, $2)
    },
    Definition(
      "create", "Creates an object; events and other tracker objects go through the tracker.",
      effect: .writes, Parameter<String>("path", "a resource: organisationUnits, events, …"), data,
      parameters
    ) {
      try await $0.create($1, $2, $3)
    },
    Definition(
      "update", "Replaces an object.", effect: .writesIdempotently, resource, id, data, options
    ) {
      try await $0.update($1, try id($2, of: $1), $3, $4)
    },
    Definition(
      "upsert", "Creates an object, or replaces the one that a query finds.",
      effect: .writesIdempotently, resource,
      Parameter<JSON?>("query", "finds the object: { filter: 'code:eq:X' }"), data, options
    ) {
      try await $0.upsert($1, try query($2, of: $1), $3, $4)
    },
    Definition(
      "destroy", "Deletes an object.", effect: .writesIdempotently, resource, id, data, options
    ) {
      try await $0.destroy($1, try id($2, of: $1), $3, $4)
    },
  ]

  private static let tracker = [
    Definition(
      "tracker.import", "Imports tracker objects and waits for the report.", effect: .writes,
      Parameter<String?>("strategy", "CREATE, UPDATE, CREATE_AND_UPDATE or DELETE"),
      Parameter<RawJSON?>("payload", "{ trackedEntities, enrollments, events, relationships }"),
      Parameter<JSONObject?>("options", "query parameters, apiVersion, parseAs")
    ) {
      try await $0.trackerImport($1, $2, $3)
    },
    Definition(
      "tracker.export", "Reads one page of a tracker collection.", effect: .reads,
      Parameter<String>(
        "path", "trackedEntities, enrollments, events or relationships, with an id or not"),
      Parameter<JSONObject?>("query", "program, orgUnit, page, pageSize, …"), options
    ) {
      try await $0.trackerExport($1, $2, $3)
    },
  ]

  private static let plain = [
    Definition("http.get", "Reads any path of the API.", effect: .reads, path, options) {
      try await $0.plainRequest("GET", $1, nil, $2)
    },
    Definition("http.post", "Posts to any path of the API.", effect: .writes, path, data, options) {
      try await $0.plainRequest("POST", $1, $2, $3)
    },
    Definition(
      "http.patch", "Changes an object in part.", effect: .writes, resource, id, data, options
    ) {
      try await $0.patch($1, try id($2, of: $1), $3, $4)
    },
    Definition(
      "http.request", "Sends a request with any method.", effect: .writes,
      Parameter<String>("method", "GET, POST, …"), path, options
    ) {
      try await $0.plainRequest($1, $2, nil, $3)
    },
  ]

  private static let path = Parameter<String>("path", "a path under /api")
  private static let resource = Parameter<String>("resource", "a collection: organisationUnits, …")
  private static let id = Parameter<JSON?>("path", "the object's id, text or a number")

  /// The id that an argument gives. The tracker importer finds ids in the objects and takes anything here.
  private static func id(_ value: JSON?, of resource: String) throws(AdaptorError) -> String? {
    guard let value, !value.isNull else { return nil }
    if let text = value.textOfScalar { return text }
    if isTracker(resource) { return nil }
    throw AdaptorError(
      .invalidArgument, "argument 2 'path' expected string or number, found \(value.kind)")
  }

  private static func query(_ value: JSON?, of resource: String) throws(AdaptorError) -> JSONObject?
  {
    guard let value, !value.isNull else { return nil }
    if let object = value.object { return object }
    if isTracker(resource) { return nil }
    throw AdaptorError(
      .invalidArgument, "argument 2 'query' expected object, found \(value.kind)")
  }

  private static let data = Parameter<RawJSON?>("data", "the object, or a list of objects")
  private static let parameters = Parameter<JSONObject?>(
    "params", "query parameters: { fields, filter, paging, … }")
  private static let options = Parameter<DHIS2RequestOptions?>(
    "options", "query, headers, parseAs, apiVersion")
}
