import AdaptorCore
import CCurl

/// libcurl's form for a list of parts.
final class MultipartForm {
  /// Owned: freed in `deinit`, after the transfer that sends it.
  let mime: OpaquePointer?
  /// The files, which libcurl reads while it sends.
  private var readers: [BodyReader] = []
  /// Why a file could not be read.
  var error: AdaptorError? { readers.lazy.compactMap(\.error).first }

  init(_ parts: [FormPart], for handle: UnsafeMutableRawPointer?) {
    mime = curl_mime_init(handle)
    for part in parts { add(part) }
  }

  deinit { curl_mime_free(mime) }

  private func add(_ part: FormPart) {
    let made = curl_mime_addpart(mime)
    curl_mime_name(made, part.name)
    switch part.content {
    case .bytes(let bytes):
      bytes.withUnsafeBytes {
        let address = $0.baseAddress ?? emptyBody
        _ = curl_mime_data(made, address.assumingMemoryBound(to: CChar.self), $0.count)
      }
    case .file(let file):
      let reader = BodyReader(.file(file))
      readers.append(reader)
      curl_mime_data_cb(
        made, curl_off_t(file.size), partReadCallback, partSeekCallback, nil,
        Unmanaged.passUnretained(reader).toOpaque())
    }
    guard let filename = part.filename else { return }
    curl_mime_filename(made, filename)
    curl_mime_type(made, part.contentType ?? "application/octet-stream")
  }
}
