import AdaptorCore

/// An element that is being read.
struct XMLElement {
  let name: String
  var text = ""
  /// Attributes and children, each name once, in the order of their first.
  private var members: [(name: String, values: [JSON])] = []
  private var positions: [String: Int] = [:]

  init(name: String) { self.name = name }

  mutating func add(_ name: String, _ value: JSON) {
    if let position = positions[name] {
      members[position].values.append(value)
    } else {
      positions[name] = members.count
      members.append((name, [value]))
    }
  }

  var value: JSON {
    if members.isEmpty { return .string(text) }
    var object = JSONObject()
    for member in members {
      object[member.name] = member.values.count == 1 ? member.values[0] : .array(member.values)
    }
    let isBlank = text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    if !isBlank { object["#text"] = .string(text) }
    return .object(object)
  }
}
