/// The `Content-Range` field of a 206 (RFC 9110 §14.4): `bytes 3-4/5`.
struct ContentRange {
  /// Where the body begins.
  let start: Int
  /// How many bytes there are in all; nil: the server does not know.
  let whole: Int?

  /// nil without a field that says so.
  init?(_ headers: HTTPHeaders) {
    guard let field = headers["content-range"]?.lowercased(), field.hasPrefix("bytes ") else {
      return nil
    }
    let parts = field.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) })
    else { return nil }
    self.start = start
    whole = Int(parts[1])
  }
}
