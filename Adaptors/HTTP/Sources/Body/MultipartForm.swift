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
        _ = curl_mime_data(
          made, $0.bindMemory(to: CChar.self).baseAddress ?? emptyData, $0.count)
      }
      guard let filename = part.filename else { continue }
      curl_mime_filename(made, filename)
      curl_mime_type(made, part.contentType ?? "application/octet-stream")
    }
    return mime
  }
}

/// Any address: libcurl wants one even for a part of no bytes.
private nonisolated(unsafe) let emptyData = UnsafePointer(
  UnsafeMutablePointer<CChar>.allocate(capacity: 1))
