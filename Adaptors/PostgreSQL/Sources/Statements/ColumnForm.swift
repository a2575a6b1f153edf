import AdaptorCore

/// What a column makes of lists and objects.
enum ColumnForm: Sendable, Equatable {
  /// JSON text.
  case plain
  /// Lists are PostgreSQL arrays, of elements in this form.
  indirect case array(ColumnForm)
  /// Objects are what rows of such a column give a job.
  case interval, point, circle

  /// - Parameter type: as `format_type` names it.
  init(type: String, isArray: Bool) {
    switch type.hasSuffix("[]") ? String(type.dropLast(2)) : type {
    case "interval": self = .interval
    case "point": self = .point
    case "circle": self = .circle
    default: self = .plain
    }
    if isArray { self = .array(self) }
  }

  /// The text of an object for the column; nil: JSON is.
  func text(of members: JSONObject) -> String? {
    switch self {
    case .plain, .array: nil
    // The server would take JSON for an interval of as many seconds as it finds.
    case .interval, .point, .circle:
      value(of: members) ?? "no value: \(JSON.object(members).text())"
    }
  }

  /// The text of an object that rows give a job; nil for another.
  private func value(of members: JSONObject) -> String? {
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
