import AdaptorCore
import CCurl

/// The `retry` option: what is tried again, how often, and after how long.
public struct RetryPolicy: Decodable, Sendable {
  /// How often the request is sent at most, the first time included; 3 unless set.
  public var attempts = 3
  /// The statuses that are worth another try; 408, 429, 502, 503 and 504 unless set.
  public var statuses: Set<Int> = [408, 429, 502, 503, 504]
  /// The methods that may be sent twice; the idempotent ones (RFC 9110 §9.2.2) unless set.
  public var methods = HTTPRequest.idempotentMethods
  /// Milliseconds before the second try; each later wait is twice as long. 500 unless set.
  public var backoff = 500.0
  /// The longest wait in milliseconds; a server that asks for more gets no other try. 30,000 unless set.
  public var maxDelay = 30_000.0

  enum CodingKeys: String, CodingKey { case attempts, statuses, methods, backoff, maxDelay }

  /// A policy with the values above.
  public init() {}

  /// Reads `true`, the number of attempts, or an object of what differs.
  ///
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let number = try? single.decode(Int.self) {
      attempts = number
      return
    }
    if let isWanted = try? single.decode(Bool.self) {
      attempts = isWanted ? attempts : 1
      return
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    attempts = try members.decodeIfPresent(Int.self, forKey: .attempts) ?? attempts
    statuses = try members.decodeIfPresent(Set<Int>.self, forKey: .statuses) ?? statuses
    let named = try members.decodeIfPresent([String].self, forKey: .methods)
    methods = named.map { Set($0.map { $0.uppercased() }) } ?? methods
    backoff = try members.decodeIfPresent(Double.self, forKey: .backoff) ?? backoff
    maxDelay = try members.decodeIfPresent(Double.self, forKey: .maxDelay) ?? maxDelay
  }

  /// How long to wait before a request is sent again; nil: it is not.
  ///
  /// - Parameters:
  ///   - attempt: which one has failed, from 1.
  ///   - response: nil when there was none.
  func delay(
    after attempt: Int, of request: HTTPRequest, _ response: HTTPResponse?
  ) -> Duration? {
    guard attempt < attempts, methods.contains(request.method.uppercased()) else { return nil }
    if let response, !statuses.contains(response.status) { return nil }
    if let wanted = response?.headers["retry-after"].flatMap(Self.milliseconds) {
      return wanted <= maxDelay ? .clamped(milliseconds: wanted) : nil
    }
    var delay = max(backoff, 0)
    for _ in 1..<attempt where delay < maxDelay { delay *= 2 }
    return .clamped(milliseconds: min(delay, maxDelay))
  }

  /// The milliseconds that a `Retry-After` field (RFC 9110 §10.2.3) asks for: seconds, or until a date.
  private static func milliseconds(_ field: String) -> Double? {
    if field.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Double(field) {
      return seconds * 1000
    }
    let date = curl_getdate(field, nil)
    return date < 0 ? nil : max(Double(date - curl_time()), 0) * 1000
  }
}
