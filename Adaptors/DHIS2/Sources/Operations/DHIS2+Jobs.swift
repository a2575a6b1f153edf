import AdaptorCore

// The operations for Swift jobs. They share everything with those of job files.
extension DHIS2 {
  /// Reads a resource or a collection into `data`.
  ///
  /// - Parameters:
  ///   - path: under `/api`: `organisationUnits`, `dataElements/ID`, ….
  ///   - params: the query: `fields`, `filter`, `paging`, ….
  public func get(_ path: Resolvable<String>, params: JSONObject = [:]) -> Operation {
    Operation("get") { try $0.next(try await get(try path.resolve($0), params)) }
  }

  /// Creates an object and makes DHIS2's report the new `data`. Events and other tracker objects
  /// are imported, and `data` may be a list of them.
  ///
  /// - Parameters:
  ///   - path: a collection: `organisationUnits`, `events`, …; not `tracker`.
  ///   - data: the object in DHIS2's form.
  ///   - params: the query.
  public func create(
    _ path: Resolvable<String>, _ data: Resolvable<JSON>, params: JSONObject = [:]
  ) -> Operation {
    Operation("create") {
      try $0.next(
        try await create(try path.resolve($0), RawJSON(try data.resolve($0)), params))
    }
  }

  /// Replaces an object and makes DHIS2's report the new `data`.
  ///
  /// - Parameters:
  ///   - resource: a collection: `dataElements`, `events`, ….
  ///   - id: the object's uid; tracker objects carry their own.
  ///   - data: the whole object, in DHIS2's form.
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

  /// Creates an object, or replaces the one that `query` finds. The two steps are not one: another
  /// client may write in between.
  ///
  /// - Parameters:
  ///   - resource: a collection: `dataElements`, `events`, ….
  ///   - query: finds the object: `["filter": "code:eq:X"]`; several matches fail with
  ///     `.ambiguous`. Tracker objects are told apart by their own uid instead.
  ///   - data: the whole object, in DHIS2's form.
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

  /// Deletes the object of this uid and makes DHIS2's report the new `data`.
  public func destroy(_ resource: Resolvable<String>, _ id: Resolvable<String>) -> Operation {
    Operation("destroy") {
      try $0.next(try await destroy(try resource.resolve($0), try id.resolve($0), nil, nil))
    }
  }
}
