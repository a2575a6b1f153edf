extension JSON {
  /// The bytes of a `Buffer`, which JSON shows as `{"type":"Buffer","data":[…]}`; nil for others.
  package var bufferBytes: [UInt8]? {
    guard case .object(let members) = self, members.count == 2, members["type"] == "Buffer",
      case .array(let elements)? = members["data"]
    else { return nil }
    let bytes = elements.compactMap { $0.int.flatMap { UInt8(exactly: $0) } }
    return bytes.count == elements.count ? bytes : nil
  }
}
