import AdaptorCore
import AdaptorHTTP

extension DHIS2 {
  /// Reads a resource or a collection.
  func get(_ path: String, _ parameters: JSONObject?) async throws -> Outcome {
    let answer = try await request("GET", path, query: parameters ?? [:])
    context.log(.success, "Retrieved \(path)")
    return .next(answer.data)
  }

  /// Creates an object.
  func create(
    _ path: String, _ data: RawJSON?, _ parameters: JSONObject?
  ) async throws -> Outcome {
    if path == "tracker" {
      throw AdaptorError(
        .invalidArgument, "Invalid resourceType. Use `tracker.import()` instead.")
    }
    if Self.isTracker(path) {
      return try await importTracker(path, data, .create, query: parameters ?? [:])
    }
    let answer = try await request("POST", path, data: data, query: parameters ?? [:])
    context.log(.success, "Created \(path)")
    if let location = answer.response.headers["location"] {
      context.log(.success, "Record available @ \(location)")
    }
    return .next(answer.data)
  }

  /// Replaces an object.
  func update(
    _ resource: String, _ path: String?, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    context.log(.info, "Preparing update operation...")
    if Self.isTracker(resource) {
      return try await importTracker(
        resource, data, .update, query: options?.query ?? [:], options: options)
    }
    let answer = try await request(
      "PUT", Self.join(resource, path), data: data, query: options?.query ?? [:], options: options)
    context.log(.success, "Updated \(resource) at \(path ?? "")")
    return .next(answer.data)
  }

  /// Creates an object, or replaces the one that `query` finds.
  ///
  /// The two steps are not one: another client may write in between.
  func upsert(
    _ resource: String, _ query: JSONObject?, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    context.log(.info, "Preparing upsert via 'get' then 'create' OR 'update'...")
    let outcome =
      if Self.isTracker(resource) {
        try await importTracker(
          resource, data, .createAndUpdate, query: options?.query ?? [:], options: options)
      } else {
        try await createOrUpdate(resource, query, data, options)
      }
    context.log(.success, "Performed a \"composed upsert\" on \(resource)")
    return outcome
  }

  private func createOrUpdate(
    _ resource: String, _ query: JSONObject?, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    let found = try await request("GET", resource, query: query ?? [:], options: options)
    let id = try Self.singleMatch(in: try found.data?.parsed() ?? .null, resource)
    context.log(.info, "Preparing \(id == nil ? "create" : "update") operation...")
    let answer = try await request(
      id == nil ? "POST" : "PUT", Self.join(resource, id), data: data,
      query: options?.query ?? [:], options: options)
    return .next(answer.data)
  }

  /// The id of the one object that was found; nil when there is none.
  private static func singleMatch(
    in body: JSON, _ resource: String
  ) throws(AdaptorError) -> String? {
    guard case .array(let matches) = body[resource] else {
      throw AdaptorError(
        .malformedResponse,
        "expected a list under '\(resource)' in DHIS2's answer, found \(body[resource].kind)")
    }
    guard matches.count <= 1 else {
      throw AdaptorError(
        .ambiguous, "409: Upsert failed: Multiple records found for a non-unique attribute.",
        details: [
          "code": 409, "description": "The query matches \(matches.count) records",
          "fix": "Make the query match at most one record", "error": "Conflict",
        ])
    }
    guard let match = matches.first else { return nil }
    let key = idName(resource)
    guard let id = match[key].textOfScalar, !id.isEmpty else {
      throw AdaptorError(
        .malformedResponse,
        "the record that the query found has no '\(key)'; let the query's fields include it")
    }
    return id
  }

  static func idName(_ resource: String) -> String {
    resource == "trackedEntityInstances" ? "trackedEntityInstance" : "id"
  }

  /// Deletes an object.
  func destroy(
    _ resource: String, _ path: String?, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    context.log(.info, "Preparing destroy operation...")
    if Self.isTracker(resource) {
      return try await importTracker(
        resource, data.flatMap { $0.isNull ? nil : $0 } ?? Self.reference(resource, path), .delete,
        query: options?.query ?? [:], options: options)
    }
    let answer = try await request(
      "DELETE", Self.join(resource, path), data: data ?? RawJSON(.null),
      query: options?.query ?? [:], options: options)
    context.log(.success, "Deleted \(resource) at \(path ?? "")")
    return .next(answer.data)
  }

  /// An object that says only which one it is: `{"event":"…"}`.
  private static func reference(_ resource: String, _ id: String?) -> RawJSON? {
    let name = resource == "trackedEntities" ? "trackedEntity" : String(resource.dropLast())
    return id.map { RawJSON([name: .string($0)] as JSON) }
  }

  private static func join(_ resource: String, _ path: String?) -> String {
    path.flatMap { $0.isEmpty ? nil : "\(resource)/\($0)" } ?? resource
  }

  /// Changes an object in part. DHIS2 takes a list of changes as JSON Patch only (RFC 6902).
  func patch(
    _ resource: String, _ path: String?, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    var options = options ?? DHIS2RequestOptions()
    if options.headers == nil, data?.isList == true {
      options.headers = ["content-type": "application/json-patch+json"]
    }
    return try await plainRequest("PATCH", Self.join(resource, path), data, options)
  }

  /// `http.*`: any request, with the response on the state.
  func plainRequest(
    _ method: String, _ path: String, _ data: RawJSON?, _ options: DHIS2RequestOptions?
  ) async throws -> Outcome {
    context.log(.info, "Preparing a \(method) operation...")
    let answer = try await request(
      method, path, data: data ?? options?.data, query: options?.query ?? [:], options: options,
      allowsStream: true)
    return answer.outcome()
  }
}

extension RawJSON {
  fileprivate var isNull: Bool { bytes == Array("null".utf8) }

  /// Whether this is a list. Text from JavaScript has no white space in front.
  var isList: Bool { bytes.first == UInt8(ascii: "[") }
}

extension AdaptorError.Code {
  /// A search that should have found one record found several.
  public static let ambiguous = Self("ambiguous")
}
