/// A named, typed parameter of an operation, as `OperationDefinition` takes it:
/// `Parameter<String>("path", "path or URL")`. An argument of an optional type may be missing.
public struct Parameter<Value: Decodable & Sendable>: Sendable {
  /// The parameter without its Swift type, for documentation and errors.
  public let info: ParameterInfo

  /// Names a parameter whose type says what arguments are decoded to.
  ///
  /// - Parameters:
  ///   - name: the name that documentation and errors show.
  ///   - summary: a few words: what it is, its unit or shape.
  ///   - mayComeInParts: whether a long list may come as something that `AdaptorContext.stream(of:)` knows:
  ///     a stream of JSON lists, made while the operation runs.
  public init(_ name: String, _ summary: String, mayComeInParts: Bool = false) {
    info = ParameterInfo(
      name: name, summary: summary, type: JSONTypeName.of(Value.self),
      isOptional: Value.self is any OptionalType.Type, mayComeInParts: mayComeInParts,
      optionNames: (Self.unwrapped as? any NamedOptions.Type)?.optionNames ?? [])
  }

  private static var unwrapped: Any.Type {
    (Value.self as? any OptionalType.Type)?.wrapped ?? Value.self
  }
}

/// Options whose names are known, so that a function for options can be told from one for something else.
public protocol NamedOptions {
  /// The members that mean something.
  static var optionNames: [String] { get }
}

/// What is known of a parameter apart from its Swift type.
public struct ParameterInfo: Sendable {
  /// The name that documentation and errors show; job files pass arguments by position.
  public let name: String
  /// A few words: what it is, its unit or shape.
  public let summary: String
  /// JSON's word for its type: `string`, `number`, `object`, …
  public let type: String
  /// Whether a job may leave the argument out.
  public let isOptional: Bool
  /// Whether a long list may come as a stream of lists.
  public let mayComeInParts: Bool
  /// The members that mean something, where the type says so.
  public let optionNames: [String]
}

protocol OptionalType {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalType {
  static var wrapped: Any.Type { Wrapped.self }
}

enum JSONTypeName {
  /// JSON's word for what a Swift type is decoded from.
  static func of(_ type: Any.Type) -> String {
    switch type {
    case let optional as any OptionalType.Type: of(optional.wrapped)
    case is String.Type: "string"
    case is Bool.Type: "boolean"
    case is any FixedWidthInteger.Type: "integer"
    case is any BinaryFloatingPoint.Type: "number"
    case is JSON.Type, is RawJSON.Type: "any"
    case let named as any RawRepresentable.Type: of(rawValue(of: named))
    case is any Collection.Type where !(type is any ExpressibleByDictionaryLiteral.Type): "array"
    default: "object"
    }
  }

  private static func rawValue<Value: RawRepresentable>(of type: Value.Type) -> Any.Type {
    Value.RawValue.self
  }
}
