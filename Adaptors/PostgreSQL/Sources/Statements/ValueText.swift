import AdaptorCore

/// The text form in which values are bound to parameters.
enum ValueText {
  /// A value of a record, as OpenFn's statements would store it; nil: NULL.
  ///
  /// - Parameter form: what the column makes of lists and objects.
  static func column(_ value: JSON, as form: ColumnForm = .plain) -> String? {
    switch value {
    case .null: nil
    case .bool(let value): value ? "t" : "f"
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double, .number: value.text()
    case .array(let elements):
      if case .array(let element) = form {
        array(elements, as: element)
      } else {
        JSONBText.of(value)
      }
    case .object(let members):
      value.bufferBytes.map { "\\x\($0.hexadecimal)" } ?? form.text(of: members)
        ?? JSONBText.of(.object(withoutSecrets(members)))
    }
  }

  /// A value of `sql(…, { values })`, as node-postgres sends it; nil: NULL.
  static func parameter(_ value: JSON) -> String? {
    switch value {
    case .bool(let value): value ? "true" : "false"
    case .array(let elements): array(elements)
    case .object(let members):
      value.bufferBytes.map { "\\x\($0.hexadecimal)" }
        ?? JSON.object(withoutSecrets(members)).text()
    default: column(value)
    }
  }

  /// `{"a",NULL,{"b"}}` (PostgreSQL manual, 8.15.6).
  static func array(_ elements: [JSON], as form: ColumnForm = .plain) -> String {
    let items = elements.map { element -> String in
      switch element {
      case .null: return "NULL"
      case .array(let inner): return array(inner, as: form)
      default:
        let own = element.object.flatMap(form.text)
        let text = (own ?? parameter(element) ?? "").replacing(scalar: "\\", with: "\\\\")
        return "\"\(text.replacing(scalar: "\"", with: "\\\""))\""
      }
    }
    return "{\(items.joined(separator: ","))}"
  }

  /// A whole state may end up as a value: `await findValue(…)(state)` returns one. Its
  /// configuration holds passwords and is not stored.
  private static func withoutSecrets(_ members: JSONObject) -> JSONObject {
    guard members["configuration"] != nil, members["references"] != nil else { return members }
    var members = members
    members["configuration"] = nil
    return members
  }
}
