/// The forms in which a secret turns up in requests, responses and logs.
enum SecretForms {
  /// Percent-encoded, form-encoded, escaped as JSON once and twice, and as Base64, also where more follows.
  static func of(_ secret: String) -> [String] {
    let percent = secret.percentEncoded
    let json = escaped(secret)
    return [
      percent, percent.lowercasedEscapes, percent.replacing("%20", with: "+"),
      percent.lowercasedEscapes.replacing("%20", with: "+"), json, escaped(json),
      asciiEscaped(secret), json.replacing("/", with: "\\/"), html(secret),
    ] + cautious(json) + base64(secret)
  }

  /// What `Authorization: Basic` holds (RFC 7617).
  static func basic(_ user: String, _ password: String) -> String {
    Base64.encode(Array("\(user):\(password)".utf8))
  }

  private static func html(_ text: String) -> String {
    let entities = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
    return entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  /// As serialisers write JSON that may stand in HTML: Go's with `\u0026` for an ampersand, .NET's also for a plus sign.
  private static func cautious(_ json: String) -> [String] {
    let go = [("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")]
    let net = [
      ("&", "\\u0026"), ("<", "\\u003C"), (">", "\\u003E"), ("+", "\\u002B"), ("'", "\\u0027"),
    ]
    return [go, net].map { $0.reduce(json) { $0.replacing($1.0, with: $1.1) } }
  }

  /// Without padding, and up to the last character that says nothing of what follows.
  private static func base64(_ secret: String) -> [String] {
    let bytes = Array(secret.utf8)
    let whole = Base64.encode(bytes).prefix { $0 != "=" }
    let steady = whole.prefix(bytes.count / 3 * 4)
    let texts = steady.count < shortestBase64 ? [String(whole)] : [String(steady), String(whole)]
    return texts + texts.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
  }

  /// Fewer characters than this may be anything.
  private static let shortestBase64 = 8

  /// User and password of `scheme://user:password@host`.
  static func credentials(inURL text: String) -> (user: String, password: String)? {
    let parts = text.split(separator: "://", maxSplits: 1)
    guard parts.count == 2, let authority = parts[1].split(separator: "/").first,
      let at = authority.lastIndex(of: "@"),
      let colon = authority[..<at].firstIndex(of: ":")
    else { return nil }
    return (String(authority[..<colon]), String(authority[authority.index(after: colon)..<at]))
  }

  private static func escaped(_ text: String) -> String {
    String(JSON.string(text).text().dropFirst().dropLast())
  }

  /// As serialisers write JSON that keep to ASCII: `\u00fc` for ü.
  private static func asciiEscaped(_ text: String) -> String {
    escaped(text).utf16.map { unit in
      guard unit >= 0x80 else { return String(Unicode.Scalar(UInt8(unit))) }
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}

extension String {
  /// `%2F` as `%2f`: some encoders use small letters.
  fileprivate var lowercasedEscapes: String {
    split(separator: "%", omittingEmptySubsequences: false).enumerated().map { index, part in
      index == 0 ? String(part) : part.prefix(2).lowercased() + part.dropFirst(2)
    }.joined(separator: "%")
  }
}
