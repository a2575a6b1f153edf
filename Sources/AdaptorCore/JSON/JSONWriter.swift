extension JSON {
  /// How JSON text is laid out.
  public enum Layout: Sendable {
    /// No white space.
    case compact
    /// Two spaces a level, as `JSON.stringify(value, null, 2)` writes.
    case indented
  }

  /// This value as JSON text.
  public func text(_ layout: Layout = .compact) -> String {
    String(decoding: bytes(layout), as: UTF8.self)
  }

  /// This value as UTF-8 JSON text.
  public func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(layout: layout)
    writer.write(self)
    return writer.output
  }
}

struct JSONWriter {
  let layout: JSON.Layout
  private(set) var output: [UInt8] = []
  private var depth = 0

  init(layout: JSON.Layout) { self.layout = layout }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .int(let value): append("\(value)")
    case .double(let value): append(value.isFinite ? "\(value)" : "null")
    case .number(let text): append(text)
    case .string(let text): write(text)
    case .array(let elements): list("[", elements, "]") { $0.write($1) }
    case .object(let members): list("{", members, "}") { $0.write($1) }
    }
  }

  private mutating func write(_ member: JSONObject.Member) {
    write(member.key)
    append(layout == .compact ? ":" : ": ")
    write(member.value)
  }

  private mutating func list<Items: Collection>(
    _ open: String, _ items: Items, _ close: String,
    _ writeItem: (inout JSONWriter, Items.Element) -> Void
  ) {
    append(open)
    depth += 1
    var isFirst = true
    for item in items {
      if !isFirst { append(",") }
      isFirst = false
      newLine()
      writeItem(&self, item)
    }
    depth -= 1
    if !isFirst { newLine() }
    append(close)
  }

  private mutating func newLine() {
    guard layout == .indented else { return }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
  }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { JSON.appendString($0, to: &output) }
  }
}
