import CCurl

/// Cookies (RFC 6265) that the requests of an adaptor share, kept by libcurl.
///
/// Belongs to the loop's thread, like the transfers that use it.
final class CookieJar: @unchecked Sendable {
  // @unchecked: made anywhere, used on the loop's thread alone.

  /// Owned: cleaned up in `deinit`.
  let handle: UnsafeMutableRawPointer?

  init() {
    handle = curl_share_init()
    _ = curl_share_cookies(handle)
  }

  deinit { _ = curl_share_cleanup(handle) }
}
