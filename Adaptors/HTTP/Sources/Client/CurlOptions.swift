import CCurl

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Credentials {
  /// Digest is libcurl's work; the others are header fields that the adaptor writes.
  func apply(to handle: UnsafeMutableRawPointer?) {
    guard case .digest(let user, let password) = self else {
      _ = curl_set_string(handle, CURLOPT_USERNAME, nil)
      _ = curl_set_string(handle, CURLOPT_PASSWORD, nil)
      return
    }
    _ = curl_set_long(handle, CURLOPT_HTTPAUTH, Int(bitPattern: curlauthDigest))
    _ = curl_set_string(handle, CURLOPT_USERNAME, user)
    _ = curl_set_string(handle, CURLOPT_PASSWORD, password)
  }

  /// `CURLAUTH_DIGEST`, a macro that Swift does not see.
  private var curlauthDigest: UInt { 1 << 1 }
}

extension ProxyChoice {
  func apply(to handle: UnsafeMutableRawPointer?, for url: WebURL) {
    switch self {
    case .none: _ = curl_set_string(handle, CURLOPT_PROXY, "")
    case .environment:
      // libcurl reads HTTP_PROXY in small letters only, as in a CGI script it may be a header field.
      let isHTTP = url.text.hasPrefix("http:") && getenv("http_proxy") == nil
      _ = curl_set_pointer(handle, CURLOPT_PROXY, isHTTP ? getenv("HTTP_PROXY") : nil)
    case .url(let url): _ = curl_set_string(handle, CURLOPT_PROXY, url)
    }
  }
}

extension TLSOptions {
  func apply(to handle: UnsafeMutableRawPointer?) {
    blob(handle, CURLOPT_CAINFO_BLOB, ca)
    // The system's folder would be trusted as well.
    var folder: UnsafePointer<CChar>?
    if ca == nil { _ = curl_get_string(handle, CURLINFO_CAPATH, &folder) }
    if ca != nil || folder != nil { _ = curl_set_pointer(handle, CURLOPT_CAPATH, folder) }
    blob(handle, CURLOPT_SSLCERT_BLOB, cert)
    blob(handle, CURLOPT_SSLKEY_BLOB, key)
    // Without any, libcurl crashes on an encrypted key.
    _ = curl_set_string(handle, CURLOPT_KEYPASSWD, passphrase ?? "")
    let verifies = rejectUnauthorized != false
    _ = curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0)
    _ = curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
  }

  private func blob(_ handle: UnsafeMutableRawPointer?, _ option: CURLoption, _ text: String?) {
    guard var text else {
      _ = curl_set_blob(handle, option, nil, 0)
      return
    }
    text.withUTF8 { _ = curl_set_blob(handle, option, $0.baseAddress, $0.count) }
  }
}
