extension String {
  /// Percent-encoded for a query (RFC 3986), with the characters that Node's `querystring` keeps:
  /// letters, digits and `-_.!~*'()`.
  public var percentEncoded: String {
    var output: [UInt8] = []
    for byte in utf8 {
      if Self.unreserved.contains(byte) {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output.append(Self.hexadecimal[Int(byte >> 4)])
        output.append(Self.hexadecimal[Int(byte & 15)])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)
  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()".utf8)
}
