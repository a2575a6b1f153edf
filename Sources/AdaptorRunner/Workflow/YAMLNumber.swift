import AdaptorCore

/// Numbers of YAML's core schema (YAML 1.2.2, 10.3.2), of which JSON's are a part.
enum YAMLNumber {
  private static let infinities: Set<Substring> = [".inf", ".Inf", ".INF"]
  private static let noNumbers: Set<Substring> = [".nan", ".NaN", ".NAN"]

  /// The number that a plain scalar stands for; nil for other text. What is none or infinite is null, as it will be in
  /// the final state.
  static func value(_ text: String) -> JSON? {
    if let number = try? JSON(parsing: text), number.double != nil { return number }
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let digits = text.dropFirst(2)
      guard digits.allSatisfy(\.isHexDigit) else { return nil }
      return Int(digits, radix: text.hasPrefix("0x") ? 16 : 8).map(JSON.int)
    }
    if noNumbers.contains(text[...]) { return .null }
    let unsigned = text.drop { $0 == "+" || $0 == "-" }
    guard text.count - unsigned.count <= 1 else { return nil }
    if infinities.contains(unsigned) { return .null }
    guard isDecimal(unsigned) else { return nil }
    return Int(text).map(JSON.int) ?? Double(text).map(JSON.double)
  }

  /// Digits, a dot and an exponent, at least one digit before or after the dot.
  private static func isDecimal(_ text: Substring) -> Bool {
    let mantissa = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    guard mantissa.filter({ $0 == "." }).count <= 1, mantissa.contains(where: \.isNumber) else {
      return false
    }
    let exponent = text.dropFirst(mantissa.count)
    guard let mark = exponent.first else { return true }
    let digits = exponent.dropFirst().drop { $0 == "+" || $0 == "-" }
    return mark.lowercased() == "e" && !digits.isEmpty && exponent.count - digits.count <= 2
      && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
