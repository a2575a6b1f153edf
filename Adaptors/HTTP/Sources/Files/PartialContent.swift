import AdaptorCore

/// What is known of bytes that are not all of a body: where the rest is, and how to tell that it belongs to them.
struct PartialContent {
  let url: String
  /// A strong entity tag, or the date of the last change (RFC 9110 §8.8).
  let validator: String

  /// nil for a response whose rest cannot be asked for later.
  init?(of response: HTTPStreamedResponse, from url: WebURL) {
    guard !response.isDecoded, let validator = Self.validator(response.headers) else { return nil }
    self.url = url.withoutFragment
    self.validator = validator
  }

  private static func validator(_ headers: HTTPHeaders) -> String? {
    let tag = headers["etag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
    return tag ?? headers["last-modified"]
  }

  /// Whether a 206 is of the same body, and begins where the part ends: a server may not heed the condition.
  func isContinued(by response: HTTPStreamedResponse, at size: Int) -> Bool {
    guard !response.isDecoded, ContentRange(response.headers)?.start == size else { return false }
    return Self.validator(response.headers).map { $0 == validator } ?? true
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
