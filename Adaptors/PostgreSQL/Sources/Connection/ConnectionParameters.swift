import AdaptorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A configuration as the keywords of libpq (PostgreSQL manual, 34.1.2).
struct ConnectionParameters {
  /// Names and values.
  private(set) var keywords: [(name: String, value: String)] = []
  /// Kept until the connection stands.
  private var files: CertificateFiles?

  /// - Parameter addresses: what the host's name was looked up to; empty for an address.
  /// - Throws: `AdaptorError` when certificates cannot be written to files.
  init(_ configuration: PostgreSQL.Configuration, addresses: [String]) throws(AdaptorError) {
    let host = Self.host(configuration)
    if addresses.isEmpty {
      add("host", host)
    } else {
      add("host", addresses.map { _ in host }.joined(separator: ","))
      add("hostaddr", addresses.joined(separator: ","))
    }
    add("port", configuration.port.map { "\($0)" })
    add("dbname", configuration.database)
    add("user", configuration.user)
    add("password", configuration.password)
    add("client_encoding", "UTF8")
    add("fallback_application_name", "adaptor")
    add("gssencmode", "disable")
    try addTLS(configuration)
  }

  /// The host of a configuration: its own, else `PGHOST`, else this machine.
  static func host(_ configuration: PostgreSQL.Configuration) -> String {
    if let host = configuration.host, !host.isEmpty { return host }
    return getenv("PGHOST").map { String(cString: $0) } ?? "localhost"
  }

  /// Encrypted with a checked certificate, encrypted with any, or plain; never one for the other.
  private mutating func addTLS(_ configuration: PostgreSQL.Configuration) throws(AdaptorError) {
    guard configuration.ssl else { return add("sslmode", "disable") }
    let isChecked = !configuration.allowSelfSignedCert
    add("sslmode", isChecked ? "verify-full" : "require")
    let files = try CertificateFiles()
    if !isChecked {
      // With a file of trusted certificates libpq would check after all.
      add("sslrootcert", "/nonexistent")
    } else if let trusted = configuration.ca {
      add("sslrootcert", try files.add(trusted, name: "ca.pem"))
    } else {
      add("sslrootcert", CertificateFiles.systemBundle)
    }
    if let certificate = configuration.cert {
      add("sslcert", try files.add(certificate, name: "cert.pem"))
    }
    if let key = configuration.key { add("sslkey", try files.add(key, name: "key.pem")) }
    self.files = files
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { keywords.append((name, value)) }
  }
}
