import AdaptorCore
import CLibpq

extension PostgreSQL.Configuration {
  /// Reads `postgresql://user:password@host:port/database?sslmode=…`, or `host=… dbname=…` (PostgreSQL manual,
  /// 34.1.1).
  ///
  /// - Throws: `AdaptorError` with code `.invalidConfiguration` for anything else, and for a keyword that is not
  ///   among those of a configuration. The error does not show the text.
  public init(connectionString: String) throws(AdaptorError) {
    self.init()
    guard let options = PQconninfoParse(connectionString, nil) else {
      throw AdaptorError(
        .invalidConfiguration,
        "the connectionString is no URI such as postgresql://user@host:5432/database")
    }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        try set(String(cString: keyword), String(cString: value))
      }
      option += 1
    }
  }

  private mutating func set(_ keyword: String, _ value: String) throws(AdaptorError) {
    switch keyword {
    case "host", "hostaddr": host = value
    case "port":
      guard let number = Self.validPort(Int(value)) else { throw wrong(keyword) }
      port = number
    case "dbname": database = value
    case "user": user = value
    case "password": password = value
    case "sslmode": sslmode = value
    case "application_name": applicationName = value
    case "connect_timeout":
      guard let seconds = Double(value) else { throw wrong(keyword) }
      connectTimeout = Self.patience(seconds: seconds)
    default:
      throw AdaptorError(
        .invalidConfiguration,
        "the connectionString has '\(keyword)', which is no part of this configuration")
    }
  }

  private func wrong(_ keyword: String) -> AdaptorError {
    AdaptorError(
      .invalidConfiguration,
      "the connectionString has a value for '\(keyword)' that is no number of that kind")
  }
}
