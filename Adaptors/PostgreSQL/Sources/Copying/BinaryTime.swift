/// Dates and times in ISO 8601, as `Date.prototype.toISOString` writes them, as the numbers that the server keeps.
enum BinaryTime {
  /// 1 January 2000, as days since 1970.
  private static let epoch = 10_957

  /// Days since 2000; nil for anything but a day that exists, as `2024-02-29`.
  static func days(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard text.count == 10, let days = day(text) else { return nil }
    return Int32(days)
  }

  /// Microseconds since 2000, of `2024-02-29T10:30:00.123Z` and with `+02:00`.
  ///
  /// - Parameter isLocal: whether the zone does not matter, and may be missing.
  static func microseconds(_ text: UnsafeBufferPointer<UInt8>, isLocal: Bool) -> Int64? {
    guard text.count >= 19, let days = day(text), text[10] == UInt8(ascii: "T"),
      text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      let hours = number(text, 11, 2), let minutes = number(text, 14, 2),
      let seconds = number(text, 17, 2), hours < 24, minutes < 60, seconds < 60
    else { return nil }
    var index = 19
    guard let fraction = fraction(text, &index), let zone = zone(text, index) else { return nil }
    guard isLocal || zone.isGiven else { return nil }
    let offset = isLocal ? 0 : zone.minutes
    let total = ((days * 24 + hours) * 60 + minutes - offset) * 60 + seconds
    return Int64(total) * 1_000_000 + Int64(fraction)
  }

  /// Days since 2000 of the day with which a text begins.
  private static func day(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2),
      year > 0, (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = CivilDate.days(year: year, month: month, day: day)
    // Or the month has no such day.
    return day <= 28 || CivilDate.date(days: days).day == day ? days - epoch : nil
  }

  /// Microseconds after a dot; the server rounds what is finer.
  private static func fraction(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
    guard index < text.count, text[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    let start = index
    var value = 0
    while index < text.count, let digit = number(text, index, 1) {
      value = value &* 10 &+ digit
      index += 1
    }
    guard (1...6).contains(index - start) else { return nil }
    for _ in (index - start)..<6 { value *= 10 }
    return value
  }

  /// Minutes east of Greenwich: `Z`, `+02:00`, or nothing.
  private static func zone(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> (minutes: Int, isGiven: Bool)? {
    switch text.count - start {
    case 0: return (0, false)
    case 1: return text[start] == UInt8(ascii: "Z") ? (0, true) : nil
    case 6:
      let isWest = text[start] == UInt8(ascii: "-")
      guard isWest || text[start] == UInt8(ascii: "+"), text[start + 3] == UInt8(ascii: ":"),
        let hours = number(text, start + 1, 2), let minutes = number(text, start + 4, 2),
        hours < 15, minutes < 60
      else { return nil }
      return ((hours * 60 + minutes) * (isWest ? -1 : 1), true)
    default: return nil
    }
  }

  private static func number(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int
  ) -> Int? {
    var value = 0
    for byte in text[start..<(start + count)] {
      guard byte.isDigit else { return nil }
      value = value * 10 + Int(byte & 15)
    }
    return value
  }
}
