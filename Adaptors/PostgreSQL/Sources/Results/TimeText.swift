#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Dates and timestamps in the ISO style (PostgreSQL manual, 8.5.2) as ISO 8601 text in UTC.
enum TimeText {
  /// JavaScript's limit: 100 million days on both sides of 1970.
  private static let latest = 8_640_000_000_000_000

  /// Appends `2024-02-29 10:30:00.123456+02` as `2024-02-29T08:30:00.123Z`; false for another style.
  ///
  /// Without an offset the time is local time of this process, and a date is its midnight.
  static func appendISO(
    _ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) -> Bool {
    if appendUTC(bytes, to: &output) { return true }
    guard let milliseconds = milliseconds(bytes) else { return false }
    append(milliseconds, to: &output)
    return true
  }

  /// The same time as milliseconds since 1970; nil for another style, and out of JavaScript's range.
  static func milliseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var scanner = Scanner(bytes: bytes)
    guard let time = scanner.time() else { return nil }
    let local = time.days * 86_400 + time.seconds
    let utc = time.offset.map { local - $0 } ?? utcSeconds(local: local)
    let milliseconds = utc * 1000 + time.milliseconds
    return abs(milliseconds) <= latest ? milliseconds : nil
  }

  /// Appends what needs no arithmetic: `2024-02-29 10:30:00.123456+00`, as servers mostly give it.
  private static func appendUTC(
    _ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) -> Bool {
    let fraction = bytes.count - 23
    guard bytes.count == 22 || (1...6).contains(fraction),
      bytes.suffix(3).elementsEqual("+00".utf8),
      bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: " ")
    else { return false }
    output.append(contentsOf: bytes[..<10])
    output.append(UInt8(ascii: "T"))
    output.append(contentsOf: bytes[11..<19])
    output.append(UInt8(ascii: "."))
    for place in 20..<23 {
      output.append(place < 20 + fraction ? bytes[place] : UInt8(ascii: "0"))
    }
    output.append(UInt8(ascii: "Z"))
    return true
  }

  /// The UTC time of a local one. In the hour that a clock repeats it is the first; in the hour
  /// that it skips, the offset before counts.
  private static func utcSeconds(local: Int) -> Int {
    let before = offset(at: local - 86_400)
    if offset(at: local - before) == before { return local - before }
    let after = offset(at: local + 86_400)
    return offset(at: local - after) == after ? local - after : local - before
  }

  /// Seconds east of Greenwich.
  private static func offset(at utc: Int) -> Int {
    var time = time_t(utc)
    var fields = tm()
    return localtime_r(&time, &fields) == nil ? 0 : fields.tm_gmtoff
  }

  private static func append(_ milliseconds: Int, to output: inout [UInt8]) {
    let days = milliseconds.dividedDown(by: 86_400_000)
    let rest = milliseconds - days * 86_400_000
    let (year, month, day) = CivilDate.date(days: days)
    if !(0...9999).contains(year) { output.append(UInt8(ascii: year < 0 ? "-" : "+")) }
    append(digits: abs(year), (0...9999).contains(year) ? 4 : 6, to: &output)
    append(digits: month, 2, after: "-", to: &output)
    append(digits: day, 2, after: "-", to: &output)
    append(digits: rest / 3_600_000, 2, after: "T", to: &output)
    append(digits: rest / 60_000 % 60, 2, after: ":", to: &output)
    append(digits: rest / 1000 % 60, 2, after: ":", to: &output)
    append(digits: rest % 1000, 3, after: ".", to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  private static func append(
    digits number: Int, _ width: Int, after mark: Unicode.Scalar? = nil, to output: inout [UInt8]
  ) {
    if let mark { output.append(UInt8(ascii: mark)) }
    var rest = number
    output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
    for place in 1...width {
      output[output.count - place] += UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}

extension TimeText {
  /// A time taken apart: days since 1970, seconds of the day, and seconds east of Greenwich.
  fileprivate struct Time {
    var days: Int
    var seconds = 0
    var milliseconds = 0
    var offset: Int?
  }

  fileprivate struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0

    mutating func time() -> Time? {
      guard let year = number(), take("-"), let month = number(), take("-"), let day = number(),
        (1...12).contains(month), (1...31).contains(day)
      else { return nil }
      var time = Time(days: 0)
      if take(" "), !isAtBC, !clock(&time) { return nil }
      let isBC = takeBC()
      guard index == bytes.count else { return nil }
      time.days = CivilDate.days(year: isBC ? 1 - year : year, month: month, day: day)
      return time
    }

    private mutating func clock(_ time: inout Time) -> Bool {
      guard let hours = number(), take(":"), let minutes = number(), take(":"),
        let seconds = number()
      else { return false }
      time.seconds = hours * 3600 + minutes * 60 + seconds
      if take(".") { time.milliseconds = thousandths() }
      time.offset = offset()
      return true
    }

    /// `+02`, `-03:30`, `+00:19:32`
    private mutating func offset() -> Int? {
      let isWest = take("-")
      guard isWest || take("+"), let hours = number() else { return nil }
      var seconds = hours * 3600
      if take(":") { seconds += (number() ?? 0) * 60 }
      if take(":") { seconds += number() ?? 0 }
      return isWest ? -seconds : seconds
    }

    private mutating func thousandths() -> Int {
      let start = index
      guard let digits = number() else { return 0 }
      var value = digits
      for _ in 0..<max(0, 3 - (index - start)) { value *= 10 }
      for _ in 0..<max(0, index - start - 3) { value /= 10 }
      return value
    }

    private var isAtBC: Bool { bytes[index...].elementsEqual("BC".utf8) }

    private mutating func takeBC() -> Bool {
      _ = take(" ")
      guard isAtBC else { return false }
      index = bytes.count
      return true
    }

    private mutating func number() -> Int? {
      var value: Int?
      while index < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[index],
        (value ?? 0) < 1_000_000_000
      {
        value = (value ?? 0) * 10 + Int(bytes[index] & 15)
        index += 1
      }
      return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }
  }
}
