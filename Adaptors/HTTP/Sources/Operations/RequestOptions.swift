import AdaptorCore

/// The options of a request, as jobs write them.
public struct RequestOptions: Decodable, Sendable, NamedOptions {
  /// Added to the URL's query. Values: texts, numbers, booleans, or lists of them.
  public var query: JSONObject?
  /// Header fields. Values: texts, numbers, booleans, null (an empty field), or lists of them.
  public var headers: JSONObject?
  /// Sent instead of the operation's data.
  public var body: JSON?
  /// `false`: no status is an error; or an object that maps statuses to true, false or a message.
  public var errors: JSON?
  /// Milliseconds of silence before the request is given up.
  public var timeout: Double?
  /// `json`, `text`, `base64`; anything else: by media type.
  public var parseAs: String?
  /// `json`, `xml`, `string`, `form` (multipart) or `urlencoded`: how the body is sent; of the first three
  /// a header may name another media type.
  public var contentType: String?
  /// Files that a form has besides its fields, by field.
  public var files: [String: FormFile]?
  /// How many redirects are followed at most. The HTTP adaptor follows 5 unless set; for `Common` a
  /// redirect is an error then.
  public var maxRedirections: Int?
  /// `false` is the old way to say `maxRedirections: 0`, which wins over it.
  public var followAllRedirects: Bool?
  /// `false`: a redirect that is not followed is no error, for `Common`.
  public var throwOnUnhandledRedirect: Bool?
  /// Certificates of this request, instead of the configuration's.
  public var tls: TLSOptions?
  /// Where relative URLs of the common adaptor start.
  public var baseUrl: String?
  /// What is tried again; nil: nothing.
  public var retry: RetryPolicy?
  /// Milliseconds for the whole request, with redirects and retries; nil: as long as it takes.
  public var deadline: Double?
  /// How many bytes of the response's body are taken; nil: any number.
  public var maxBodySize: Int?
  /// By which proxy the request goes, instead of the configuration's.
  public var proxy: ProxyChoice?
  /// A file below the allowed folder that is sent instead of the operation's data.
  public var sendFile: String?
  /// `gzip`: the body is sent compressed (RFC 9110 §8.4.1). The server must be able to read it.
  public var compress: ContentCoding?
  /// Where the body of a success goes, instead of into the state.
  public var saveAs: SaveOptions?
  /// Whether the answer of a GET is kept for later runs, which ask whether it still holds.
  public var cache: Bool?
  /// The old name of `tls`.
  public var agentOptions: TLSOptions?

  /// Options that leave everything as it is.
  public init() {}

  /// The silence allowed, at most a day, which 0 means too; 300 s unless set.
  var silence: Duration {
    guard let timeout, timeout.isFinite else { return .seconds(300) }
    if timeout == 0 { return .seconds(86_400) }
    return .milliseconds(min(max(timeout, 1), 86_400_000))
  }

  /// - Throws: `AdaptorError` with code `.invalidArgument` for numbers that mean nothing.
  func check() throws(AdaptorError) {
    let wrong: String? =
      if let deadline, !(deadline > 0) {
        "deadline is a number of milliseconds above 0"
      } else if let maxBodySize, maxBodySize < 0 {
        "maxBodySize is a number of bytes from 0 on"
      } else if let retry, retry.attempts < 1 {
        "retry is a number of attempts from 1 on"
      } else if let retry, !(retry.backoff >= 0 && retry.maxDelay >= 0) {
        "backoff and maxDelay are numbers of milliseconds from 0 on"
      } else {
        nil
      }
    if let wrong { throw AdaptorError(.invalidArgument, wrong) }
  }

  /// All of them.
  public static var optionNames: [String] { CodingKeys.allCases.map(\.rawValue) }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case query, headers, body, errors, timeout, parseAs, contentType, maxRedirections
    case followAllRedirects, tls, agentOptions, baseUrl, retry, deadline, files
    case maxBodySize, proxy, sendFile, compress, saveAs, cache, throwOnUnhandledRedirect
  }

  /// How a body is sent compressed.
  public enum ContentCoding: String, Decodable, Sendable { case gzip }
}
