import AdaptorCore

/// A query as Node's `querystring` reads and writes it.
struct QueryString {
  /// Names and values; a repeated name has an array.
  let values: JSONObject

  init(_ values: JSONObject) { self.values = values }

  /// The query of a URL merged over the `query` option: the URL wins.
  init(option: JSONObject, url: WebURL) {
    values = option.merging(Self.parse(url.query ?? ""))
  }

  private static func parse(_ query: String) -> JSONObject {
    var values = JSONObject()
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = decode(parts[0])
      let value = JSON.string(parts.count == 2 ? decode(parts[1]) : "")
      switch values[name] {
      case nil: values[name] = value
      case .array(let earlier): values[name] = .array(earlier + [value])
      case let first?: values[name] = [first, value]
      }
    }
    return values
  }

  private static func decode(_ text: Substring) -> String {
    var output: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      let digits = bytes.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        output.append(value)
        bytes = bytes.dropFirst(2)
      } else {
        output.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// `a=1&b=x%20y`; an array repeats its name, what is no text or number is empty.
  var text: String {
    values.flatMap { member -> [String] in
      let name = member.key.percentEncoded
      if case .array(let elements) = member.value {
        return elements.map { "\(name)=\(Self.text(of: $0).percentEncoded)" }
      }
      return ["\(name)=\(Self.text(of: member.value).percentEncoded)"]
    }.joined(separator: "&")
  }

  private static func text(of value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .bool, .int, .double, .number: value.text()
    case .null, .array, .object: ""
    }
  }
}
