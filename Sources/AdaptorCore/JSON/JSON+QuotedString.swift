extension JSON {
  /// Appends UTF-8 text as a JSON string, escaped as JavaScript's `JSON.stringify` escapes (RFC 8259 §7).
  ///
  /// For writers of JSON text that build no value.
  public static func appendString(
    _ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) {
    output.append(UInt8(ascii: "\""))
    var start = 0
    for index in text.indices where needsEscape(text[index]) {
      output.append(contentsOf: text[start..<index])
      output.append(contentsOf: escape(text[index]).utf8)
      start = index + 1
    }
    output.append(contentsOf: text[start...])
    output.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case 0x08: return "\\b"
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0C: return "\\f"
    case 0x0D: return "\\r"
    default:
      let digits = String(byte, radix: 16)
      return "\\u00" + (digits.count < 2 ? "0" : "") + digits
    }
  }
}
