import AdaptorCore

/// Writes values, given in PostgreSQL's text form, as JSON text.
///
/// Times are written as `JSON.stringify` writes a JavaScript `Date`: in UTC, to the millisecond. `NaN` and what is
/// infinite are texts.
struct ValueWriter {
  private(set) var output: [UInt8] = []
  /// Whether times are written as milliseconds since 1970 instead, which JavaScript reads faster.
  let countsMilliseconds: Bool
  /// Whether a number was none.
  private(set) var hasSpecialNumber = false

  init(countsMilliseconds: Bool = false) { self.countsMilliseconds = countsMilliseconds }

  mutating func forgetSpecialNumber() { hasSpecialNumber = false }

  mutating func append(_ text: StaticString) {
    output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) { output.append(contentsOf: bytes) }

  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>, as type: ValueType) {
    if type.isArray {
      ArrayReader(bytes)?.write(to: &self, as: type.scalar) ?? write(string: bytes)
    } else {
      write(bytes, as: type.scalar)
    }
  }

  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>, as scalar: ValueType.Scalar) {
    switch scalar {
    case .text: write(string: bytes)
    case .number: write(number: bytes)
    case .boolean: append(bytes.first == UInt8(ascii: "t") ? "true" : "false")
    case .json: output.append(contentsOf: bytes)
    case .bytes: write(buffer: bytes)
    case .date, .timestamp, .timestampWithZone: write(time: bytes)
    case .interval: write(numbers: Interval.numbers(bytes))
    case .point: write(numbers: Geometry.numbers(bytes, names: ["x", "y"]))
    case .circle: write(numbers: Geometry.numbers(bytes, names: ["x", "y", "radius"]))
    }
  }

  /// A string in quotes.
  mutating func write(string bytes: UnsafeBufferPointer<UInt8>) {
    JSON.appendString(bytes, to: &output)
  }

  private mutating func write(number bytes: UnsafeBufferPointer<UInt8>) {
    let isFinite = bytes.last.map { $0 <= UInt8(ascii: "9") } ?? false
    if isFinite { return output.append(contentsOf: bytes) }
    hasSpecialNumber = true
    write(string: bytes)
  }

  /// A time that is not in the ISO style, or out of JavaScript's range, remains text.
  private mutating func write(time bytes: UnsafeBufferPointer<UInt8>) {
    if countsMilliseconds {
      guard let time = TimeText.milliseconds(bytes) else { return write(string: bytes) }
      return output.append(contentsOf: "\(time)".utf8)
    }
    let start = output.count
    output.append(UInt8(ascii: "\""))
    if TimeText.appendISO(bytes, to: &output) { return output.append(UInt8(ascii: "\"")) }
    output.removeSubrange(start...)
    write(string: bytes)
  }

  /// An object of numbers in their own text, or null.
  private mutating func write(numbers: [(name: StaticString, text: String)]?) {
    guard let numbers else { return append("null") }
    append("{")
    for (index, number) in numbers.enumerated() {
      append(index == 0 ? "\"" : ",\"")
      append(number.name)
      append("\":")
      output.append(contentsOf: number.text.utf8)
    }
    append("}")
  }

  /// `{"type":"Buffer","data":[…]}`, which is what JSON shows of a `Buffer`.
  private mutating func write(buffer bytes: UnsafeBufferPointer<UInt8>) {
    append("{\"type\":\"Buffer\",\"data\":[")
    for (index, byte) in ByteaText.bytes(bytes).enumerated() {
      if index > 0 { append(",") }
      output.append(contentsOf: "\(byte)".utf8)
    }
    append("]}")
  }
}
