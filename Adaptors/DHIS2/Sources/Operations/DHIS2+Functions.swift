import AdaptorCore

extension DHIS2 {
  private typealias Function = FunctionDefinition

  /// The helpers of the `util` namespace: they build and search tracker objects.
  public static let functions: [FunctionDefinition] = [
    Function(
      "util.attr", "An attribute of a tracked entity: { attribute, value }.",
      Parameter<RawJSON?>("attribute", "the attribute's id"),
      Parameter<RawJSON?>("value", "its value")
    ) { attribute, value in
      try Self.object([("attribute", attribute), ("value", value)])
    },
    Function(
      "util.dv", "A data value: { dataElement, value }.",
      Parameter<RawJSON?>("dataElement", "the data element's id"),
      Parameter<RawJSON?>("value", "its value")
    ) { dataElement, value in
      try Self.object([("dataElement", dataElement), ("value", value)])
    },
    Function(
      "util.findAttributeValue", "The value of the attribute with this display name, in any case.",
      Parameter<JSON?>("trackedEntity", "a tracked entity with its attributes"),
      Parameter<JSON?>("name", "the display name")
    ) { entity, name in
      let attributes = (entity ?? .null)["attributes"].elements
      if attributes.isEmpty { return nil }
      guard let name = name?.string else {
        throw AdaptorError(
          .invalidArgument, "argument 2 'name' expected string, found \((name ?? .null).kind)")
      }
      return attributes.first { $0["displayName"].string?.lowercased() == name.lowercased() }?
        .object?["value"]
    },
    Function(
      "util.findAttributeValueById", "The value of the attribute with this id.",
      Parameter<JSON?>("trackedEntity", "a tracked entity with its attributes"),
      Parameter<JSON?>("id", "the attribute's id")
    ) { entity, id in
      (entity ?? .null)["attributes"].elements.first { $0.object?["attribute"] == id }?
        .object?["value"]
    },
    Function(
      "util.selectId", "The name that the id has in objects of a collection.",
      Parameter<String?>("resource", "a collection: organisationUnits, …")
    ) { .string(Self.idName($0 ?? "")) },
    Function(
      "util.shouldUseNewTracker", "Whether a collection is written through the tracker importer.",
      Parameter<String?>("resource", "a collection: events, …")
    ) { .bool(Self.isTracker($0 ?? "")) },
    Function(
      "util.prettyJson", "JSON text, indented.", Parameter<JSON?>("value", "any value")
    ) { $0.map { .string($0.text(.indented)) } },
    Function(
      "util.ensureArray", "{ key: [data] }, or { key: data } when data is a list already.",
      Parameter<JSON>("data", "an object or a list"), Parameter<String>("key", "the name")
    ) { data, key in
      if case .array = data { [key: data] } else { [key: [data]] }
    },
  ]

  /// Without the members that were not given; one that is null stays.
  private static func object(_ members: [(String, RawJSON?)]) throws(AdaptorError) -> JSON {
    var object = JSONObject()
    for (key, value) in members { object[key] = try value?.parsed() }
    return .object(object)
  }
}
