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

  /// - Throws: `AdaptorError` with code `.malformedXML` for what is no Name (XML 1.0 §2.3).
  private func check(_ name: String) throws(AdaptorError) {
    let scalars = name.unicodeScalars.map(\.value)
    guard let first = scalars.first, Self.isNameStart(first),
      scalars.allSatisfy({ Self.isNameStart($0) || Self.isNamePart($0) })
    else { throw Self.problem("a name of XML, found '\(name)'") }
  }

  private static func isNameStart(_ value: UInt32) -> Bool {
    nameStarts.contains { $0.contains(value) }
  }

  private static func isNamePart(_ value: UInt32) -> Bool {
    nameParts.contains { $0.contains(value) }
  }

  private static let nameStarts: [ClosedRange<UInt32>] = [
    0x61...0x7A, 0x41...0x5A, 0x5F...0x5F, 0x3A...0x3A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF,
    0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF,
    0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF,
  ]
  private static let nameParts: [ClosedRange<UInt32>] = [
    0x2D...0x2E, 0x30...0x39, 0xB7...0xB7, 0x300...0x36F, 0x203F...0x2040,
  ]

  private static func problem(_ expected: String) -> AdaptorError {
    AdaptorError(.malformedXML, "XML needs \(expected)")
  }
}
