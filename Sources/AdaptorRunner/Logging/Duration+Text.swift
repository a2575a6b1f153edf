extension Duration {
  /// `15ms`, `1.234s` or `2m 3.5s`.
  var text: String {
    let (seconds, attoseconds) = components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    switch milliseconds {
    case ..<1000: return "\(milliseconds)ms"
    case ..<60_000: return "\(Self.decimal(milliseconds, digits: 3))s"
    default:
      return
        "\(milliseconds / 60_000)m \(Self.decimal(milliseconds % 60_000 / 100 * 100, digits: 1))s"
    }
  }

  private static func decimal(_ milliseconds: Int, digits: Int) -> String {
    let fraction = String(1000 + milliseconds % 1000).dropFirst().prefix(digits)
    return "\(milliseconds / 1000).\(fraction)"
  }
}
