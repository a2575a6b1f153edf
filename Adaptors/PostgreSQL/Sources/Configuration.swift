import AdaptorCore

extension PostgreSQL {
  /// Where the server is and who connects: `state.configuration` of a job.
  public struct Configuration: Decodable, Sendable {
    /// A name, an address, or the folder of a socket file; nil: `PGHOST`, else `localhost`.
    public var host: String?
    /// Nil: `PGPORT`, else 5432.
    public var port: Int?
    /// Nil: the name of the user.
    public var database: String?
    /// Nil: `PGUSER`, else the user of this process.
    public var user: String?
    /// Sent if the server asks for it, by the method it asks for. Nil: `PGPASSWORD` or the password
    /// file, as libpq does.
    public var password: String?
    /// Whether the connection is encrypted (TLS). True: always; false: never, whatever the server
    /// offers.
    public var ssl = false
    /// Whether any certificate of the server will do. Otherwise it must be valid for `host`.
    public var allowSelfSignedCert = false
    /// The certificates to trust, in PEM; nil: those the system trusts.
    public var ca: String?
    /// A certificate of ours, in PEM.
    public var cert: String?
    /// The key of `cert`, in PEM.
    public var key: String?
    /// How the connection is encrypted and the server checked (PostgreSQL manual, 34.19.1); wins over `ssl` and
    /// `allowSelfSignedCert`.
    public var sslmode: String?
    /// How long connecting may take. A configuration in JSON gives seconds; 0: as long as it takes.
    public var connectTimeout = Duration.seconds(10)
    /// How long a statement may take before the server ends it; nil: as long as the server allows.
    public var statementTimeout: Duration?
    /// What the server's administrator sees in `pg_stat_activity`.
    public var applicationName: String?

    /// A configuration for Swift programs; what is not a parameter can be set afterwards.
    ///
    /// - Parameters:
    ///   - host: a name, an address, or the folder of a socket file.
    ///   - port: 1 to 65535.
    public init(
      host: String? = nil, port: Int? = nil, database: String? = nil, user: String? = nil,
      password: String? = nil
    ) {
      self.host = host
      self.port = port
      self.database = database
      self.user = user
      self.password = password
    }

    private enum CodingKeys: String, CodingKey {
      case host, port, database, user, password, ssl, allowSelfSignedCert, ca, cert, key
      case connectTimeout, sslmode, statementTimeout, applicationName, connectionString
    }

    /// Reads `state.configuration`: texts may be numbers, `port` may be text, `ssl` and `allowSelfSignedCert` any value
    /// that JavaScript takes for true or false, `connectTimeout` is in seconds.
    ///
    /// - Throws: `DecodingError` for a member of the wrong type, or a port that is none.
    public init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      func text(_ key: CodingKeys) throws -> String? {
        try members.decodeTextIfPresent(forKey: key)
      }
      func isTrue(_ key: CodingKeys) throws -> Bool {
        try members.decodeIfPresent(JSON.self, forKey: key)?.isTruthy ?? false
      }
      if let uri = try text(.connectionString) {
        try self.init(connectionString: uri)
      } else {
        self.init()
      }
      host = try text(.host) ?? host
      database = try text(.database) ?? database
      user = try text(.user) ?? user
      password = try text(.password) ?? password
      port = try Self.port(members) ?? port
      ssl = try isTrue(.ssl)
      allowSelfSignedCert = try isTrue(.allowSelfSignedCert)
      ca = try text(.ca)
      cert = try text(.cert)
      key = try text(.key)
      if let seconds = try members.decodeIfPresent(Double.self, forKey: .connectTimeout) {
        connectTimeout = Self.patience(seconds: seconds)
      }
      sslmode = try text(.sslmode) ?? sslmode
      if let milliseconds = try members.decodeIfPresent(Double.self, forKey: .statementTimeout) {
        statementTimeout = .clamped(milliseconds: milliseconds)
      }
      applicationName = try text(.applicationName) ?? applicationName
    }

    /// As libpq reads it: nothing or less means no limit, which is a day here.
    static func patience(seconds: Double) -> Duration {
      seconds > 0 ? min(.clamped(milliseconds: seconds * 1000), .seconds(86_400)) : .seconds(86_400)
    }

    /// The number, if it is one of a port.
    static func validPort(_ number: Int?) -> Int? {
      number.flatMap { (1...65535).contains($0) ? $0 : nil }
    }

    /// A number, or text with one; empty text is none.
    private static func port(_ members: KeyedDecodingContainer<CodingKeys>) throws -> Int? {
      let value = try members.decodeIfPresent(JSON.self, forKey: .port) ?? .null
      if value == .null || value == "" { return nil }
      guard let port = validPort(value.int ?? value.string.flatMap { Int($0.trimmed) }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .port, in: members, debugDescription: "expected a port from 1 to 65535")
      }
      return port
    }
  }
}

extension PostgreSQL.Configuration: CustomStringConvertible, CustomReflectable {
  /// Without the secrets.
  public var description: String {
    "\(user ?? "?")@\(host ?? "localhost"):\(port ?? 5432)/\(database ?? "?")"
  }

  /// Without the secrets.
  public var customMirror: Mirror { Mirror(self, children: [("server", description)]) }
}
