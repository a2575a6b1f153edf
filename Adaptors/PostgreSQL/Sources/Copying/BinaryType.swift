/// A type whose binary form is known (the `…recv` functions of the server).
///
/// A text that is not in the type's plainest form is left to the server, which knows all the others and all errors.
enum BinaryType: Sendable {
  case int2, int4, int8, float4, float8, boolean, text, jsonb, uuid, numeric, date
  case timestamp, timestampWithZone

  /// The type with this number in `pg_type`.
  init?(oid: Int) {
    guard let known = Self.types[oid] else { return nil }
    self = known
  }

  private static let types: [Int: BinaryType] = [
    16: .boolean, 20: .int8, 21: .int2, 23: .int4, 25: .text, 114: .text, 700: .float4,
    701: .float8, 1042: .text, 1043: .text, 1082: .date, 1114: .timestamp,
    1184: .timestampWithZone, 1700: .numeric, 2950: .uuid, 3802: .jsonb,
  ]

  /// Appends the binary form of a value that is given as text.
  ///
  /// - Returns: false for a text in another form; something may have been appended then.
  func append(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    switch self {
    case .int2: Self.append(Self.integer(text) as Int16?, to: &output)
    case .int4: Self.append(Self.integer(text) as Int32?, to: &output)
    case .int8: Self.append(Self.integer(text) as Int64?, to: &output)
    case .float4: Self.append((Self.decimal(text) as Float?)?.bitPattern, to: &output)
    case .float8: Self.append((Self.decimal(text) as Double?)?.bitPattern, to: &output)
    case .boolean: Self.append(Self.boolean(text), to: &output)
    case .numeric: BinaryNumeric.append(text, to: &output)
    case .date: Self.append(BinaryTime.days(text), to: &output)
    case .timestamp: Self.append(BinaryTime.microseconds(text, isLocal: true), to: &output)
    case .timestampWithZone:
      Self.append(BinaryTime.microseconds(text, isLocal: false), to: &output)
    case .uuid: Self.append(uuid: text, to: &output)
    case .text:
      Self.append(whole: text, to: &output)
    case .jsonb:
      // The version of the form, then the text.
      Self.append(1 as UInt8, to: &output) && Self.append(whole: text, to: &output)
    }
  }

  private static func append(_ number: (some FixedWidthInteger)?, to output: inout [UInt8]) -> Bool
  {
    guard let number else { return false }
    output.append(bigEndian: number)
    return true
  }

  /// Text as it is. A zero byte is an error, which the server explains.
  private static func append(
    whole text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) -> Bool {
    output.append(contentsOf: text)
    return true
  }

  /// `-?[0-9]+` within the type's limits.
  private static func integer<Number: FixedWidthInteger>(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Number? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    var value: Number = 0
    for byte in digits {
      guard byte.isDigit else { return nil }
      let digit = Number(truncatingIfNeeded: byte & 15)
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !isTooLarge, !isOver else { return nil }
      value = sum
    }
    return value
  }

  /// A finite number of digits, dot and exponent; zero only as such, for the server refuses what is too small.
  private static func decimal<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Number? {
    guard let first = text.first, let last = text.last, last != UInt8(ascii: "."),
      first != UInt8(ascii: "."), first != UInt8(ascii: "+"), text.allSatisfy(\.isInNumber)
    else { return nil }
    guard let number = Number(String(decoding: text, as: UTF8.self)) else { return nil }
    return number.isNormal
      || (number.isZero && text.allSatisfy { !($0.isDigit && $0 != UInt8(ascii: "0")) })
      ? number : nil
  }

  private static func boolean(_ text: UnsafeBufferPointer<UInt8>) -> UInt8? {
    if text.elementsEqual("t".utf8) || text.elementsEqual("true".utf8) { return 1 }
    return text.elementsEqual("f".utf8) || text.elementsEqual("false".utf8) ? 0 : nil
  }

  /// 32 hexadecimal digits with hyphens after the 8th, 12th, 16th and 20th.
  private static func append(
    uuid text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) -> Bool {
    guard text.count == 36 else { return false }
    var index = 0
    while index < 36 {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard text[index] == UInt8(ascii: "-") else { return false }
        index += 1
      }
      guard let high = hexadecimal(text[index]), let low = hexadecimal(text[index + 1]) else {
        return false
      }
      output.append(high << 4 | low)
      index += 2
    }
    return true
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte & 15
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      (byte & 7) + 9
    default: nil
    }
  }
}
