import CCurl

enum MultipartForm {
  /// libcurl's form for these parts. The caller frees it after the transfer.
  static func make(
    _ parts: [(name: String, value: String)], for handle: UnsafeMutableRawPointer?
  ) -> OpaquePointer? {
    let mime = curl_mime_init(handle)
    for (name, value) in parts {
      let part = curl_mime_addpart(mime)
      curl_mime_name(part, name)
      curl_mime_data(part, value, value.utf8.count)
    }
    return mime
  }
}
