import AdaptorCore

/// Header fields in their order. Names are compared without case (RFC 9110 §5.1).
public struct HTTPHeaders: Sendable {
  public struct Field: Sendable {
    public let name: String
    public let value: String
  }

  public private(set) var fields: [Field] = []

  public init() {}

  /// The first value of a field.
  public subscript(name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  public func contains(_ name: String) -> Bool { self[name] != nil }

  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Removes every field whose lower-case name satisfies `isUnwanted`.
  public mutating func remove(where isUnwanted: (String) -> Bool) {
    fields.removeAll { isUnwanted($0.name.lowercased()) }
  }

  /// As an object: a repeated field is an array.
  public var json: JSONObject {
    var object = JSONObject()
    for field in fields {
      let value = JSON.string(field.value)
      switch object[field.name] {
      case nil: object[field.name] = value
      case .array(let values): object[field.name] = .array(values + [value])
      case let first?: object[field.name] = [first, value]
      }
    }
    return object
  }
}
