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

  /// The text behind `%41` and its like (RFC 3986, 2.1); what is no such triplet stays.
  var decodingPercent: String {
    var output: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        output.append(value)
        rest.removeFirst(2)
      } else {
        output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)
  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()".utf8)
}
