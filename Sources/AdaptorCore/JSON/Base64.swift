/// Base 64 (RFC 4648) of bytes.
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The bytes that text stands for; nil when it is no base 64. White space and missing padding are allowed,
  /// and so is the alphabet for URLs (§5).
  public static func decode(_ text: String) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count / 4 * 3)
    var (bits, count) = (UInt32(0), 0)
    let data = text.utf8.filter { $0 > 0x20 }.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
    for byte in data {
      let sextet = sextets[Int(byte)]
      guard sextet < 64 else { return nil }
      bits = bits << 6 | UInt32(sextet)
      count += 1
      let unused = 6 - 2 * UInt32((count + 3) % 4)
      if unused < 6 { output.append(UInt8(truncatingIfNeeded: bits >> unused)) }
    }
    return count % 4 == 1 ? nil : output
  }

  /// The six bits of each character; 64 for what is none of the alphabet's.
  private static let sextets: [UInt8] = {
    var sextets = [UInt8](repeating: 64, count: 256)
    for (value, byte) in alphabet.enumerated() { sextets[Int(byte)] = UInt8(value) }
    sextets[Int(UInt8(ascii: "-"))] = 62
    sextets[Int(UInt8(ascii: "_"))] = 63
    return sextets
  }()

  /// `bytes` as text of the standard alphabet, four characters for every three bytes, on one line.
  public static func encode(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for position in 0..<4 {
        let isData = position <= group.count
        let sextet = Int(bits >> (18 - 6 * UInt32(position))) & 63
        output.append(isData ? alphabet[sextet] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
