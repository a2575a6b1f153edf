/// The text forms of `bytea` (PostgreSQL manual, 8.4): `\x` and digits, or octal escapes.
enum ByteaText {
  static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) ? hex(text) : escaped(text)
  }

  private static func hex(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    stride(from: 2, to: text.count - 1, by: 2).map {
      digit(text[$0]) << 4 | digit(text[$0 + 1])
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8 {
    byte <= UInt8(ascii: "9") ? byte & 15 : (byte & 7) + 9
  }

  private static func escaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] != UInt8(ascii: "\\") {
        bytes.append(text[index])
        index += 1
      } else if index + 3 < text.count, text[index + 1] != UInt8(ascii: "\\") {
        let octal = text[(index + 1)...(index + 3)]
        bytes.append(octal.reduce(0) { $0 << 3 | ($1 & 7) })
        index += 4
      } else {
        bytes.append(UInt8(ascii: "\\"))
        index += 2
      }
    }
    return bytes
  }
}
