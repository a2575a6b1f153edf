import AdaptorCore

/// The options of a DHIS2 request, as jobs write them.
public struct DHIS2RequestOptions: Decodable, Sendable {
  /// Added to the URL's query; lists repeat their name (`filter`).
  public var query: JSONObject?
  /// Sent instead of `content-type: application/json`.
  public var headers: JSONObject?
  /// `json` (unless set), `text`, `base64`.
  public var parseAs: String?
  /// Text or an integer; wins over the configuration's.
  public var apiVersion: JSON?
  /// The body of `http.request`.
  public var data: RawJSON?

  /// Options for Swift jobs; what is not a parameter can be set afterwards.
  public init(query: JSONObject? = nil, headers: JSONObject? = nil) {
    self.query = query
    self.headers = headers
  }

  enum CodingKeys: String, CodingKey { case query, headers, parseAs, apiVersion, data }
}
