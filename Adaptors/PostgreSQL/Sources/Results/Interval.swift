/// Intervals in the style `postgres` (PostgreSQL manual, 8.5.5): `1 year -2 mons +3 days
/// 04:05:06.789`.
enum Interval {
  /// The parts that are not zero, as node-postgres names them; nil for another style.
  static func numbers(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> [(name: StaticString, text: String)]? {
    var words = String(decoding: bytes, as: UTF8.self).split(separator: " ")[...]
    var parts: [(name: StaticString, text: String)] = []
    while let word = words.popFirst() {
      if word.contains(":") {
        guard words.isEmpty, let clock = clock(word) else { return nil }
        parts += clock
      } else {
        guard let number = Int(word), let unit = words.popFirst(), let name = units[String(unit)]
        else { return nil }
        if number != 0 { parts.append((name, "\(number)")) }
      }
    }
    return parts
  }

  private static let units: [String: StaticString] = [
    "year": "years", "years": "years", "mon": "months", "mons": "months", "day": "days",
    "days": "days",
  ]

  /// `-04:05:06.789`
  private static func clock(_ text: Substring) -> [(name: StaticString, text: String)]? {
    let sign = text.hasPrefix("-") ? "-" : ""
    let fields = text.drop { "+-".contains($0) }.split(separator: ":")
    guard fields.count == 3, let hours = Int(fields[0]), let minutes = Int(fields[1]) else {
      return nil
    }
    let seconds = fields[2].split(separator: ".")
    guard let whole = seconds.first.flatMap({ Int($0) }) else { return nil }
    let fraction = seconds.count > 1 ? String(seconds[1].prefix(6)) : ""
    let padded = fraction + String(repeating: "0", count: 6 - fraction.count)
    let microseconds = Int(padded) ?? 0
    let parts: [(name: StaticString, value: Int)] = [
      ("hours", hours), ("minutes", minutes), ("seconds", whole),
    ]
    var numbers = parts.filter { $0.value != 0 }.map { ($0.name, "\(sign)\($0.value)") }
    if microseconds != 0 {
      numbers.append(("milliseconds", sign + milliseconds(microseconds)))
    }
    return numbers
  }

  private static func milliseconds(_ microseconds: Int) -> String {
    microseconds % 1000 == 0 ? "\(microseconds / 1000)" : "\(Double(microseconds) / 1000)"
  }
}
