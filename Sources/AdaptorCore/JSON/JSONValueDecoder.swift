/// Decodes a `Decodable` type straight from a `JSON` value.
struct JSONValueDecoder: Decoder {
  let value: JSON
  /// nil for the outermost value.
  let place: JSONPlace?
  let log: KeyLog
  var codingPath: [any CodingKey] { place?.path ?? [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// - Returns: the value, and a sentence for each member that the type did not ask for.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from value: JSON
  ) throws(JSONMismatch) -> (value: Value, unknownKeys: [String]) {
    let log = KeyLog()
    let decoder = JSONValueDecoder(value: value, place: nil, log: log)
    do {
      return (try decoder.unbox(type), log.unknownKeys)
    } catch let mismatch as JSONMismatch {
      throw mismatch
    } catch let error as DecodingError {
      throw JSONMismatch(error)
    } catch {
      throw JSONMismatch(path: [], reason: "\(error)")
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch("object") }
    return KeyedDecodingContainer(JSONKeyedContainer(object, self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let array) = value else { throw mismatch("array") }
    return JSONUnkeyedContainer(array: array, decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    JSONSingleValueContainer(decoder: self)
  }

  func nested(_ value: JSON, _ key: any CodingKey) -> JSONValueDecoder {
    JSONValueDecoder(value: value, place: JSONPlace(place, key), log: log)
  }

  func mismatch(_ expected: String) -> JSONMismatch {
    JSONMismatch(path: codingPath, reason: "expected \(expected), found \(value.kind)")
  }

  func unbox<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == JSON.self, let json = value as? Value {
      log.takeWhole(place)
      return json
    }
    if let scalar = try scalar(type), let value = scalar as? Value { return value }
    guard type is any RawRepresentable.Type else { return try Value(from: self) }
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted {
      throw JSONMismatch(path: codingPath, reason: disallowed(type))
    }
  }

  /// Why a value is none of an enumeration's. The standard library's sentence shows the value.
  private func disallowed(_ type: Any.Type) -> String {
    guard let listed = type as? any (CaseIterable & RawRepresentable).Type else {
      return "this \(value.kind) is not an allowed value"
    }
    return "expected one of \(Self.rawValues(of: listed)), found another \(value.kind)"
  }

  private static func rawValues<Value: CaseIterable & RawRepresentable>(
    of type: Value.Type
  ) -> String {
    type.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  /// The value as one of the types that `Decodable` treats as scalars; nil for any other type.
  private func scalar(_ type: Any.Type) throws -> Any? {
    if type == String.self { return try require(value.string, "string") }
    if type == Bool.self { return try require(value.bool, "boolean") }
    if type == Double.self { return try require(value.double, "number") }
    if type == Float.self { return try require(value.double.map(Float.init), "number") }
    guard let integer = type as? any FixedWidthInteger.Type else { return nil }
    return try require(self.integer(integer), "integer")
  }

  private func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
    if let int = value.int { return Value(exactly: int) }
    if case .number(let text) = value { return Value(text) }
    return nil
  }

  private func require<Value>(_ found: Value?, _ expected: String) throws -> Value {
    guard let found else { throw mismatch(expected) }
    return found
  }
}

extension JSON: Decodable {
  /// Takes a part of a configuration or argument as it is, whatever its type.
  ///
  /// - Throws: `DecodingError` for every decoder but the one of this module.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? JSONValueDecoder else { throw Self.foreign(decoder) }
    decoder.log.takeWhole(decoder.place)
    self = decoder.value
  }

  fileprivate static func foreign(_ decoder: any Decoder) -> DecodingError {
    DecodingError.dataCorrupted(
      .init(
        codingPath: decoder.codingPath,
        debugDescription: "a JSON value can be decoded from a JSON value only"))
  }
}

extension RawJSON: Decodable {
  /// Takes a part of a configuration or argument as compact text. An argument as a whole keeps the
  /// text it came with.
  ///
  /// - Throws: `DecodingError` for every decoder but the one of this module.
  public init(from decoder: any Decoder) throws { self.init(try JSON(from: decoder)) }
}

extension JSONObject: Decodable {
  /// Takes an object with all its members, known or not.
  ///
  /// - Throws: `DecodingError` for anything but an object.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? JSONValueDecoder else { throw JSON.foreign(decoder) }
    guard let object = decoder.value.object else { throw decoder.mismatch("object") }
    decoder.log.takeWhole(decoder.place)
    self = object
  }
}
