/// Reads the text form of arrays (PostgreSQL manual, 8.15.6), `{1,NULL,"a\"b"}`, `[0:1]={{1},{2}}`.
struct ArrayReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index: Int

  /// Nil for text that is not an array.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.firstIndex(of: UInt8(ascii: "{")),
      start == 0 || bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "}")
    else { return nil }
    self.bytes = bytes
    index = start
  }

  /// Writes nested JSON arrays.
  func write(to writer: inout ValueWriter, as scalar: ValueType.Scalar) {
    var reader = self
    reader.writeArray(to: &writer, scalar)
  }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func writeArray(to writer: inout ValueWriter, _ scalar: ValueType.Scalar) {
    writer.append("[")
    index += 1
    while let next = byte, next != UInt8(ascii: "}") {
      switch next {
      case UInt8(ascii: ","):
        writer.append(",")
        index += 1
      case UInt8(ascii: "{"): writeArray(to: &writer, scalar)
      case UInt8(ascii: "\""): writeQuoted(to: &writer, scalar)
      default: writePlain(to: &writer, scalar)
      }
    }
    index += 1
    writer.append("]")
  }

  private mutating func writeQuoted(to writer: inout ValueWriter, _ scalar: ValueType.Scalar) {
    var text: [UInt8] = []
    index += 1
    while let next = byte, next != UInt8(ascii: "\"") {
      if next == UInt8(ascii: "\\") { index += 1 }
      if let escaped = byte { text.append(escaped) }
      index += 1
    }
    index += 1
    text.withUnsafeBufferPointer { writer.write($0, as: scalar) }
  }

  private mutating func writePlain(to writer: inout ValueWriter, _ scalar: ValueType.Scalar) {
    let start = index
    while let next = byte, next != UInt8(ascii: ","), next != UInt8(ascii: "}") { index += 1 }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<index])
    if text.elementsEqual("NULL".utf8) {
      writer.append("null")
    } else {
      writer.write(text, as: scalar)
    }
  }
}
