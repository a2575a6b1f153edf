import AdaptorCore

/// Writes JSON of the shape that `XMLParser` reads as XML 1.0, without a declaration.
struct XMLWriter {
  private var output = ""

  /// - Throws: `AdaptorError` with code `.malformedXML` for what has no place in XML.
  static func write(_ document: JSON) throws(AdaptorError) -> String {
    guard let root = document.object, root.count == 1, let element = root.first else {
      let found = document.object.map { "\($0.count) members" } ?? document.kind
      throw problem("an object with one member, the root element, found \(found)")
    }
    var writer = XMLWriter()
    try writer.element(element.key, element.value)
    return writer.output
  }

  private mutating func element(_ name: String, _ value: JSON) throws(AdaptorError) {
    guard case .object(let members) = value else {
      return try element(name, members: [:], text: value)
    }
    try element(name, members: members, text: members["#text"] ?? .null)
  }

  private mutating func element(
    _ name: String, members: JSONObject, text: JSON
  ) throws(AdaptorError) {
    try check(name)
    output += "<\(name)"
    for member in members where member.key.hasPrefix("@") {
      let attribute = String(member.key.dropFirst())
      try check(attribute)
      output += " \(attribute)=\""
      try append(member.value, at: member.key)
      output += "\""
    }
    let start = output.utf8.count
    output += ">"
    try append(text, at: name)
    for member in members where !member.key.hasPrefix("@") && member.key != "#text" {
      try children(member.key, member.value)
    }
    if output.utf8.count == start + 1 {
      output.removeLast()
      output += "/>"
    } else {
      output += "</\(name)>"
    }
  }

  /// An element for each value of a list.
  private mutating func children(_ name: String, _ value: JSON) throws(AdaptorError) {
    guard case .array(let values) = value else { return try element(name, value) }
    for value in values {
      if case .array = value { throw Self.problem("no list inside the list '\(name)'") }
      try element(name, value)
    }
  }

  private mutating func append(_ value: JSON, at name: String) throws(AdaptorError) {
    switch value {
    case .null: return
    case .array, .object:
      throw Self.problem("text or a number for '\(name)', found \(value.kind)")
    default: break
    }
    for scalar in (value.string ?? value.text()).unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      // Written as such, a reader would make a space or a line feed of them.
      case "\t", "\n", "\r":
        let isKept = !name.hasPrefix("@") && scalar != "\r"
        output += isKept ? String(scalar) : "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        let code = String(scalar.value, radix: 16)
        throw Self.problem("text without the character U+\(code) in '\(name)'")
      default: output.unicodeScalars.append(scalar)
      }
    }
  }

  /// Names of XML: letters, digits, `.`, `-`, `_` and `:`, and neither digit nor `.` or `-` in front.
  private func check(_ name: String) throws(AdaptorError) {
    let scalars = name.unicodeScalars
    let isName = scalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "._-:".unicodeScalars.contains($0)
    }
    guard isName, let first = scalars.first, first.properties.isAlphabetic || first == "_" else {
      throw Self.problem("a name of XML, found '\(name)'")
    }
  }

  private static func problem(_ expected: String) -> AdaptorError {
    AdaptorError(.malformedXML, "XML needs \(expected)")
  }
}
