import AdaptorCore

// The operations for Swift jobs. They share everything with those of job files.
extension DHIS2 {
  /// Reads a resource or a collection into `data`.
  public func get(_ path: Resolvable<String>, params: JSONObject = [:]) -> Operation {
    Operation("get") { try $0.next(try await get(try path.resolve($0), params)) }
  }

  /// Creates an object.
  public func create(
    _ path: Resolvable<String>, _ data: Resolvable<JSON>, params: JSONObject = [:]
  ) -> Operation {
    Operation("create") {
      try $0.next(
        try await create(try path.resolve($0), RawJSON(try data.resolve($0)), params))
    }
  }

  /// Replaces an object.
  public func update(
    _ resource: Resolvable<String>, _ id: Resolvable<String>, _ data: Resolvable<JSON>,
    options: DHIS2RequestOptions? = nil
  ) -> Operation {
    Operation("update") {
      try $0.next(
        try await update(
          try resource.resolve($0), try id.resolve($0), RawJSON(try data.resolve($0)), options))
    }
  }

  /// Creates an object, or replaces the one that `query` finds.
  public func upsert(
    _ resource: Resolvable<String>, query: Resolvable<JSONObject>, _ data: Resolvable<JSON>,
    options: DHIS2RequestOptions? = nil
  ) -> Operation {
    Operation("upsert") {
      try $0.next(
        try await upsert(
          try resource.resolve($0), try query.resolve($0), RawJSON(try data.resolve($0)), options))
    }
  }

  /// Deletes an object.
  public func destroy(_ resource: Resolvable<String>, _ id: Resolvable<String>) -> Operation {
    Operation("destroy") {
      try $0.next(try await destroy(try resource.resolve($0), try id.resolve($0), nil, nil))
    }
  }
}
