/// An argument that is given now, or read from the state when the operation runs.
public struct Resolvable<Value: Sendable>: Sendable {
  private let read: @Sendable (State) throws -> Value

  private init(_ read: @escaping @Sendable (State) throws -> Value) { self.read = read }

  /// The same value for every state.
  public static func value(_ value: Value) -> Self { Self { _ in value } }

  /// Computed from the state that the operation starts with.
  public static func state(_ read: @escaping @Sendable (State) throws -> Value) -> Self {
    Self(read)
  }

  /// The value for `state`; rethrows what the reading closure throws.
  public func resolve(_ state: State) throws -> Value { try read(state) }
}

extension Resolvable: ExpressibleByUnicodeScalarLiteral where Value == String {
  /// Lets a literal of one Unicode scalar stand for a fixed text.
  public init(unicodeScalarLiteral value: String) { self = .value(value) }
}

extension Resolvable: ExpressibleByExtendedGraphemeClusterLiteral where Value == String {
  /// Lets a literal of one character stand for a fixed text.
  public init(extendedGraphemeClusterLiteral value: String) { self = .value(value) }
}

extension Resolvable: ExpressibleByStringLiteral where Value == String {
  /// Lets a string literal stand for a fixed text: `http.get("/patients")`.
  public init(stringLiteral value: String) { self = .value(value) }
}

extension Resolvable: ExpressibleByArrayLiteral where Value == [JSON] {
  /// Lets an array literal stand for a fixed list of JSON values.
  public init(arrayLiteral elements: JSON...) { self = .value(elements) }
}

extension Resolvable: ExpressibleByDictionaryLiteral where Value == JSONObject {
  /// Lets a dictionary literal stand for a fixed object; of repeated keys the last value counts.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self = .value(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}
