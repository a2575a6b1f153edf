import AdaptorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Certificates and a key in files that only this user can read, for as long as this lives.
///
/// libpq takes certificates as files only.
final class CertificateFiles {
  private let folder: String
  private var paths: [String] = []

  /// - Throws: `AdaptorError` when there is no place for temporary files.
  init() throws(AdaptorError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/adaptor-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.failure(parent) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes `text` and returns the path of the file.
  func add(_ text: String, name: String) throws(AdaptorError) -> String {
    let path = "\(folder)/\(name)"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failure(path) }
    paths.append(path)
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else { throw Self.failure(path) }
    return path
  }

  deinit {
    for path in paths { unlink(path) }
    rmdir(folder)
  }

  private static func failure(_ path: String) -> AdaptorError {
    DatabaseError.client(
      .cannotConnect,
      "the certificates could not be written to \(path): \(String(cString: strerror(errno)))")
  }

  /// Where systems keep the certificates that they trust.
  static let systemBundle = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
  ].first { (path: String) in access(path, R_OK) == 0 }
}
