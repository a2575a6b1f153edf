import AdaptorCore

/// What a column makes of lists and objects.
enum ColumnForm: Sendable, Equatable {
  /// JSON text.
  case plain
  /// Lists are PostgreSQL arrays.
  case array
  /// Objects are what rows of such a column give a job.
  case interval, point, circle

  /// - Parameter type: as `format_type` names it.
  init(type: String, isArray: Bool) {
    switch type {
    case "interval": self = .interval
    case "point": self = .point
    case "circle": self = .circle
    default: self = isArray ? .array : .plain
    }
  }

  /// The text of an object that stands for a value of the column's type; nil for another.
  func text(of members: JSONObject) -> String? {
    guard members.allSatisfy({ $0.value.double != nil }) else { return nil }
    func number(_ name: String) -> String? { members[name]?.text() }
    switch self {
    case .plain, .array: return nil
    case .interval:
      let units = ["years", "months", "days", "hours", "minutes", "seconds", "milliseconds"]
      guard members.allSatisfy({ units.contains($0.key) }) else { return nil }
      let parts = units.compactMap { unit in number(unit).map { "\($0) \(unit)" } }
      return parts.isEmpty ? "0" : parts.joined(separator: " ")
    case .point:
      guard members.count == 2, let x = number("x"), let y = number("y") else { return nil }
      return "(\(x),\(y))"
    case .circle:
      guard members.count == 3, let x = number("x"), let y = number("y"),
        let radius = number("radius")
      else { return nil }
      return "<(\(x),\(y)),\(radius)>"
    }
  }
}
