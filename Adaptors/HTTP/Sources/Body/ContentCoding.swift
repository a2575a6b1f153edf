/// The content codings (RFC 9110 §8.4.1) that libcurl may know.
enum ContentCoding {
  private static let known: Set = [
    "gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress",
  ]

  /// Whether a `Content-Encoding` field names codings alone, and not a character set, say.
  static func isKnown(_ field: String) -> Bool {
    field.lowercased().split(separator: ",").allSatisfy {
      known.contains($0.filter { $0 != " " && $0 != "\t" })
    }
  }
}
