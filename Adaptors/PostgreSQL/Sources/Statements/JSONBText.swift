import AdaptorCore

/// JSON text as PostgreSQL writes `jsonb`: members sorted by length and then bytes, spaces after
/// `,` and `:`. A text column holds this form after an upsert of an object.
enum JSONBText {
  static func of(_ value: JSON) -> String {
    switch value {
    case .array(let elements):
      return "[\(elements.map(of).joined(separator: ", "))]"
    case .object(let members):
      let sorted = members.sorted { precedes($0.key.utf8, $1.key.utf8) }
      let texts = sorted.map { "\(JSON.string($0.key).text()): \(of($0.value))" }
      return "{\(texts.joined(separator: ", "))}"
    default:
      return value.text()
    }
  }

  private static func precedes(_ left: String.UTF8View, _ right: String.UTF8View) -> Bool {
    left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
  }
}
