import CCurl

enum MultipartForm {
  /// libcurl's form for these parts. The caller frees it after the transfer.
  static func make(
    _ parts: [FormPart], for handle: UnsafeMutableRawPointer?
  ) -> OpaquePointer? {
    let mime = curl_mime_init(handle)
    for part in parts {
      let made = curl_mime_addpart(mime)
      curl_mime_name(made, part.name)
      part.bytes.withUnsafeBytes {
        let address = $0.baseAddress ?? emptyBody
        _ = curl_mime_data(made, address.assumingMemoryBound(to: CChar.self), $0.count)
      }
      guard let filename = part.filename else { continue }
      curl_mime_filename(made, filename)
      curl_mime_type(made, part.contentType ?? "application/octet-stream")
    }
    return mime
  }
}
