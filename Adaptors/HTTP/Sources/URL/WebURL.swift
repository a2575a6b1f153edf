import AdaptorCore
import CCurl

/// An absolute http or https URL (RFC 3986), parsed and normalised by libcurl.
public struct WebURL: Sendable, Hashable {
  /// The whole URL, with its fragment.
  public let text: String
  /// `http` or `https`.
  public let scheme: String
  /// A name or an address; IPv6 in brackets.
  public let host: String
  /// The port, also when it is the scheme's default.
  public let port: Int
  /// What stands between `?` and `#`, still percent-encoded; nil without `?`.
  public let query: String?
  /// Without user and password, for messages and for the state.
  let withoutUser: String

  /// Parses a URL. What a URL cannot hold is percent-encoded first, as browsers do.
  ///
  /// - Throws: `AdaptorError` with code `.invalidURL` for anything but an absolute http or https URL.
  public init(_ text: String) throws(AdaptorError) {
    self = try URLMemory.parsed.value(text) { (text) throws(AdaptorError) in
      try WebURL(parsing: text)
    }
  }

  private init(parsing text: String) throws(AdaptorError) {
    guard let parts = CurlURL(text), let scheme = parts[CURLUPART_SCHEME],
      ["http", "https"].contains(scheme), let host = parts[CURLUPART_HOST],
      let whole = parts[CURLUPART_URL]
    else {
      throw AdaptorError(
        .invalidURL, "Invalid URL: '\(text)'. Expected an absolute http or https URL",
        details: ["code": "ERR_INVALID_URL", "input": .string(text)])
    }
    self.text = whole
    self.scheme = scheme
    self.host = host.lowercased()
    port = parts[CURLUPART_PORT].flatMap(Int.init) ?? (scheme == "https" ? 443 : 80)
    query = parts[CURLUPART_QUERY]
    withoutUser = parts[CURLUPART_USER] == nil ? whole : Self.removingUser(whole, scheme)
  }

  /// Scheme, host and port (RFC 6454).
  public var origin: String { "\(scheme)://\(host):\(port)" }

  var withoutFragment: String { String(text.prefix { $0 != "#" }) }

  /// Up to the query, for messages: a query may hold a secret.
  var withoutQuery: String { String(withoutUser.prefix { $0 != "?" && $0 != "#" }) }

  private static func removingUser(_ text: String, _ scheme: String) -> String {
    let rest = text.dropFirst(scheme.count + 3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return text }
    return "\(scheme)://\(rest[rest.index(after: at)...])"
  }

  /// This URL with a query; nil when that must be encoded, or there is a query or a fragment already.
  func adding(query: Substring) -> WebURL? {
    guard self.query == nil, !query.isEmpty, query.utf8.allSatisfy(\.isPlainInQuery),
      !text.utf8.contains(UInt8(ascii: "#"))
    else { return nil }
    return WebURL(self, query: String(query))
  }

  private init(_ other: WebURL, query: String) {
    (scheme, host, port) = (other.scheme, other.host, other.port)
    text = "\(other.text)?\(query)"
    self.query = query
    withoutUser = "\(other.withoutUser)?\(query)"
  }

  /// This URL with another query; nil or empty: without one.
  func replacingQuery(_ query: String?) throws(AdaptorError) -> WebURL {
    if let query, query == self.query { return self }
    let fragment = text.drop { $0 != "#" }
    let suffix = query.map { $0.isEmpty ? "" : "?\($0)" } ?? ""
    return try WebURL(text.prefix { $0 != "?" && $0 != "#" } + suffix + fragment)
  }

  /// The URL that `reference` names, seen from this one (RFC 3986 §5).
  func resolving(_ reference: String) throws(AdaptorError) -> WebURL {
    if reference.hasPrefix("#") { return try WebURL(withoutFragment + reference) }
    guard let parts = CurlURL(text), parts.set(reference), let resolved = parts[CURLUPART_URL]
    else {
      throw AdaptorError(
        .invalidURL, "Invalid URL: '\(reference)' in a redirect",
        details: ["code": "ERR_INVALID_URL", "input": .string(reference)])
    }
    return try WebURL(resolved)
  }
}

extension UInt8 {
  /// Letters, digits and the marks that stand for themselves in a query (RFC 3986, 3.4), and `%`.
  fileprivate var isPlainInQuery: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~!$&'()*+,;=:@/?%".utf8.contains(self)
    }
  }
}

extension AdaptorError.Code {
  /// Text that is not the URL of a web resource.
  public static let invalidURL = Self("invalidURL")
}

/// Owns libcurl's URL handle.
private final class CurlURL {
  private let handle = curl_url()

  init?(_ text: String) {
    if !set(text) { return nil }
  }

  deinit { curl_url_cleanup(handle) }

  func set(_ text: String) -> Bool {
    let text = text.withoutURLBlanks.encodingUnsafe.decodingDotSegments
    return curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK
  }

  subscript(part: CURLUPart) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &value, 0) == CURLUE_OK, let value else { return nil }
    defer { curl_free(value) }
    return String(cString: value)
  }
}

extension String {
  /// Without the tabs and line ends in it, and the spaces around it, as browsers read a URL.
  var withoutURLBlanks: String {
    guard utf8.contains(where: { $0 <= 0x20 }) else { return self }
    let text = utf8.filter { ![0x09, 0x0A, 0x0D].contains($0) }
    guard let first = text.firstIndex(where: { $0 > 0x20 }),
      let last = text.lastIndex(where: { $0 > 0x20 })
    else { return "" }
    return String(decoding: text[first...last], as: UTF8.self)
  }

  /// With what a URL cannot hold percent-encoded, in capitals as browsers write it (libcurl would use
  /// small letters), and with slashes for the backslashes of its path. A name in the language of its country stays.
  fileprivate var encodingUnsafe: String {
    guard utf8.contains(where: { Self.isUnsafe($0, inPath: true) }) else { return self }
    let digits = Array("0123456789ABCDEF".utf8)
    var output: [UInt8] = []
    var inPath = true
    let name = authority
    for (index, byte) in zip(utf8.indices, utf8) {
      if byte >= 0x80, name.contains(index) {
        output.append(byte)
        continue
      }
      if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { inPath = false }
      if inPath, byte == UInt8(ascii: "\\") {
        output.append(UInt8(ascii: "/"))
      } else if Self.isUnsafe(byte, inPath: inPath) {
        output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Where user, host and port stand.
  private var authority: Range<String.Index> {
    guard let start = firstRange(of: "://")?.upperBound else { return startIndex..<startIndex }
    return start..<(utf8[start...].firstIndex { "/?#\\".utf8.contains($0) } ?? endIndex)
  }

  /// With dots for `%2E` in segments of the path that are `.` and `..` then (URL standard, "single-dot path segment").
  fileprivate var decodingDotSegments: String {
    guard utf8.contains(UInt8(ascii: "%")), contains("%2e") || contains("%2E") else { return self }
    let end = firstIndex { $0 == "?" || $0 == "#" } ?? endIndex
    let segments = self[..<end].split(separator: "/", omittingEmptySubsequences: false).map {
      let decoded = $0.replacing("%2e", with: ".").replacing("%2E", with: ".")
      return decoded == "." || decoded == ".." ? String(decoded) : String($0)
    }
    return segments.joined(separator: "/") + self[end...]
  }

  private static func isUnsafe(_ byte: UInt8, inPath: Bool) -> Bool {
    byte <= 0x20 || byte >= 0x7F || "\"<>".utf8.contains(byte)
      || inPath && "`{}\\".utf8.contains(byte)
  }
}
