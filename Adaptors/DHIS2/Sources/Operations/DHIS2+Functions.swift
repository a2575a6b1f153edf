import AdaptorCore

extension DHIS2 {
  private typealias Function = FunctionDefinition

  /// The helpers of the `util` namespace: they build and search tracker objects.
  public static let functions: [FunctionDefinition] = [
    Function(
      "util.attr", "An attribute of a tracked entity: { attribute, value }.",
      Parameter<JSON?>("attribute", "the attribute's id"), Parameter<JSON?>("value", "its value")
    ) { attribute, value in
      Self.object([("attribute", attribute), ("value", value)])
    },
    Function(
      "util.dv", "A data value: { dataElement, value }.",
      Parameter<JSON?>("dataElement", "the data element's id"),
      Parameter<JSON?>("value", "its value")
    ) { dataElement, value in
      Self.object([("dataElement", dataElement), ("value", value)])
    },
    Function(
      "util.findAttributeValue", "The value of the attribute with this display name, in any case.",
      Parameter<JSON?>("trackedEntity", "a tracked entity with its attributes"),
      Parameter<String>("name", "the display name")
    ) { entity, name in
      (entity ?? .null)["attributes"].elements
        .first { $0["displayName"].string?.lowercased() == name.lowercased() }?["value"]
    },
    Function(
      "util.findAttributeValueById", "The value of the attribute with this id.",
      Parameter<JSON?>("trackedEntity", "a tracked entity with its attributes"),
      Parameter<String>("id", "the attribute's id")
    ) { entity, id in
      (entity ?? .null)["attributes"].elements.first { $0["attribute"].string == id }?["value"]
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
      "util.prettyJson", "JSON text, indented.", Parameter<JSON>("value", "any value")
    ) { .string($0.text(.indented)) },
    Function(
      "util.ensureArray", "{ key: [data] }, or { key: data } when data is a list already.",
      Parameter<JSON>("data", "an object or a list"), Parameter<String>("key", "the name")
    ) { data, key in
      if case .array = data { [key: data] } else { [key: [data]] }
    },
  ]

  private static func object(_ members: [(String, JSON?)]) -> JSON {
    var object = JSONObject()
    for (key, value) in members { object[key] = value }
    return .object(object)
  }
}
