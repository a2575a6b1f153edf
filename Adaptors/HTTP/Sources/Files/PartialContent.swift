import AdaptorCore

/// What is known of bytes that are not all of a body: where the rest is, and how to tell that it belongs to them.
struct PartialContent {
  let url: String
  /// A strong entity tag, or the date of the last change (RFC 9110 §8.8).
  let validator: String

  /// nil for a response whose rest cannot be asked for later.
  init?(of headers: HTTPHeaders, from url: WebURL) {
    guard headers["content-encoding"] == nil else { return nil }
    let tag = headers["etag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
    guard let validator = tag ?? headers["last-modified"] else { return nil }
    self.url = url.withoutFragment
    self.validator = validator
  }

  /// Reads what `note` has written; nil for anything else.
  init?(note: String) {
    guard let json = try? JSON(parsing: note), let url = json["url"].string,
      let validator = json["validator"].string
    else { return nil }
    self.url = url
    self.validator = validator
  }

  var note: String {
    (["url": .string(url), "validator": .string(validator)] as JSON).text()
  }
}
