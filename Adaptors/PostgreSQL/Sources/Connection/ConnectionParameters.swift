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
      try add("host", host)
    } else {
      try add("host", addresses.map { _ in host }.joined(separator: ","))
      try add("hostaddr", addresses.joined(separator: ","))
    }
    try add("port", configuration.port.map { "\($0)" })
    try add("dbname", configuration.database)
    try add("user", configuration.user)
    try add("password", configuration.password)
    try add("client_encoding", "UTF8")
    try add("application_name", configuration.applicationName)
    try add("fallback_application_name", "adaptor")
    // A server that is gone without a word is noticed within three minutes, instead of the system's two hours.
    try add("keepalives_idle", "60")
    try add("keepalives_interval", "30")
    try add("keepalives_count", "4")
    try add(
      "options",
      configuration.statementTimeout.map {
        "-c statement_timeout=\(Int($0 / .milliseconds(1)))"
      })
    try add("gssencmode", "disable")
    try addTLS(configuration)
  }

  /// The host of a configuration: its own, else `PGHOST`, else this machine.
  static func host(_ configuration: PostgreSQL.Configuration) -> String {
    if let host = configuration.host, !host.isEmpty { return host }
    return getenv("PGHOST").map { String(cString: $0) } ?? "localhost"
  }

  private mutating func addTLS(_ configuration: PostgreSQL.Configuration) throws(AdaptorError) {
    let mode = configuration.sslmode ?? Self.mode(configuration)
    try add("sslmode", mode)
    if mode == "disable" { return }
    let isChecked = mode.hasPrefix("verify")
    let files = try CertificateFiles()
    if !isChecked {
      // With a file of trusted certificates libpq would check after all.
      try add("sslrootcert", "/nonexistent")
    } else if let trusted = configuration.ca {
      try add("sslrootcert", try files.add(trusted, name: "ca.pem"))
    } else {
      try add("sslrootcert", CertificateFiles.systemBundle)
    }
    if let certificate = configuration.cert {
      try add("sslcert", try files.add(certificate, name: "cert.pem"))
    }
    if let key = configuration.key { try add("sslkey", try files.add(key, name: "key.pem")) }
    self.files = files
  }

  /// Encrypted with a checked certificate, encrypted with any, or plain; never one for the other.
  private static func mode(_ configuration: PostgreSQL.Configuration) -> String {
    guard configuration.ssl else { return "disable" }
    return configuration.allowSelfSignedCert ? "require" : "verify-full"
  }

  /// - Throws: `AdaptorError` with code `.database` for a zero byte, which ends texts for libpq.
  private mutating func add(_ name: String, _ value: String?) throws(AdaptorError) {
    guard let value else { return }
    guard !value.utf8.contains(0) else {
      throw DatabaseError.client(
        .cannotConnect, "the configuration's \(name) has a zero byte in it")
    }
    keywords.append((name, value))
  }
}
