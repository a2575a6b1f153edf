/// The binary form of `numeric`: how many digits to the base of 10,000 there are, the power of the first, sign, decimal
/// places, then the digits; all of them 16 bits.
enum BinaryNumeric {
  private static let negative: Int16 = 0x4000
  private static let digitsPerGroup = 4
  /// Longer numbers are the server's to read.
  private static let longest = 1000

  /// Appends a number without exponent.
  ///
  /// - Returns: false for another text.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    let isNegative = text.first == UInt8(ascii: "-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard text.count < longest, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }) else {
      return false
    }
    let places = parts.count > 1 ? parts[1].count : 0
    let whole = groups(of: parts[0], alignedRight: true)
    let digits = whole + (parts.count > 1 ? groups(of: parts[1], alignedRight: false) : [])
    output.append(bigEndian: Int16(digits.count))
    output.append(bigEndian: Int16(whole.count - 1))
    output.append(bigEndian: isNegative ? negative : 0)
    output.append(bigEndian: Int16(places))
    for digit in digits { output.append(bigEndian: digit) }
    return true
  }

  /// Four decimal digits at a time; zeros are added on the side that is not `alignedRight`.
  private static func groups(of digits: Slice<UnsafeBufferPointer<UInt8>>, alignedRight: Bool)
    -> [Int16]
  {
    let missing = (digitsPerGroup - digits.count % digitsPerGroup) % digitsPerGroup
    var groups: [Int16] = []
    var group: Int16 = 0
    var place = alignedRight ? missing : 0
    for byte in digits {
      group = group * 10 + Int16(byte & 15)
      place += 1
      if place == digitsPerGroup {
        groups.append(group)
        (group, place) = (0, 0)
      }
    }
    if place > 0 {
      for _ in place..<digitsPerGroup { group *= 10 }
      groups.append(group)
    }
    return groups
  }
}
