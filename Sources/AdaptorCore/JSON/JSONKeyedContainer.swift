struct JSONKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let object: JSONObject
  private let decoder: JSONValueDecoder
  private let entry: KeyLog.Entry

  init(_ object: JSONObject, _ decoder: JSONValueDecoder) {
    self.object = object
    self.decoder = decoder
    entry = decoder.log.open(decoder.place, object)
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] {
    decoder.log.takeWhole(decoder.place)
    return object.keys.compactMap { Key(stringValue: $0) }
  }

  func contains(_ key: Key) -> Bool {
    entry.ask(key.stringValue)
    return object[key.stringValue] != nil
  }

  private func child(_ key: Key) throws -> JSONValueDecoder {
    entry.ask(key.stringValue)
    guard let value = object[key.stringValue] else {
      throw JSONMismatch(path: codingPath, reason: "missing key '\(key.stringValue)'")
    }
    return decoder.nested(value, key)
  }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).value.isNull }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try child(key).unbox(type)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try ifPresent(type, key)
  }

  // The library's own for these types would look up a member three times.
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try ifPresent(type, key)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try ifPresent(type, key)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try ifPresent(type, key)
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try ifPresent(type, key)
  }

  private func ifPresent<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    entry.ask(key.stringValue)
    guard let value = object[key.stringValue], !value.isNull else { return nil }
    return try decoder.nested(value, key).unbox(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}
