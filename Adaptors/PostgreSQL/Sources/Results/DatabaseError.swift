import AdaptorCore
import CLibpq

/// Errors as node-postgres reports them: the primary message, and the server's fields as details.
///
/// PostgreSQL manual, 55.8 "Error and Notice Message Fields".
enum DatabaseError {
  private static let fields: [(key: String, code: Unicode.Scalar)] = [
    ("severity", "S"), ("code", "C"), ("detail", "D"), ("hint", "H"), ("position", "P"),
    ("internalPosition", "p"), ("internalQuery", "q"), ("where", "W"), ("schema", "s"),
    ("table", "t"), ("column", "c"), ("dataType", "d"), ("constraint", "n"), ("file", "F"),
    ("line", "L"), ("routine", "R"),
  ]

  /// What the server says in `result`, or nil when it holds no SQLSTATE: then the connection
  /// failed.
  static func server(_ result: OpaquePointer) -> AdaptorError? {
    var details: JSONObject = ["name": "error"]
    for (key, code) in fields {
      details[key] = field(result, code).map(JSON.string)
    }
    guard details["code"] != nil else { return nil }
    return AdaptorError(.database, field(result, "M") ?? "the statement failed", details: details)
  }

  private static func field(_ result: OpaquePointer, _ code: Unicode.Scalar) -> String? {
    PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
  }

  /// What libpq says first; the lines after it guess at reasons.
  static func sentence(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.first {
      !$0.isEmpty
    }
    return line ?? "the connection failed"
  }

  /// A failure on this side, with the SQLSTATE that describes it (PostgreSQL manual, Appendix A).
  static func client(_ state: SQLState, _ message: String) -> AdaptorError {
    AdaptorError(
      .database, message, details: ["name": "error", "code": .string(state.rawValue)])
  }

  /// What libpq said when a connection could not be made.
  ///
  /// The text must come from a connection with verbose errors: only that shows the server's
  /// SQLSTATE, between the severity and the message (`FATAL:  28P01: password …`).
  static func connecting(_ text: String, needsPassword: Bool) -> AdaptorError {
    for line in text.split(separator: "\n").reversed() {
      for separator in line.ranges(of: ":  ") {
        let rest = line[separator.upperBound...]
        let code = rest.prefix(5)
        guard code.allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber) }), code.count == 5,
          rest.dropFirst(5).hasPrefix(": ")
        else { continue }
        let severity = line[..<separator.lowerBound].split(separator: " ").last ?? "FATAL"
        return AdaptorError(
          .database, String(rest.dropFirst(7)),
          details: [
            "name": "error", "severity": .string(String(severity)), "code": .string(String(code)),
          ])
      }
    }
    if needsPassword {
      return client(.invalidPassword, "the server asks for a password and none is configured")
    }
    return client(.cannotConnect, sentence(text))
  }
}

/// SQLSTATEs that this side reports itself.
enum SQLState: String, Sendable {
  case cannotConnect = "08001"
  case connectionDoesNotExist = "08003"
  case connectionFailure = "08006"
  case invalidPassword = "28P01"
  case characterNotInRepertoire = "22021"
  case badCopyFileFormat = "22P04"
  case untranslatableCharacter = "22P05"
  case noActiveTransaction = "25P01"
  case objectNotInPrerequisiteState = "55000"
  case queryCanceled = "57014"
  case transactionAborted = "25P02"
}

extension AdaptorError.Code {
  /// An error of the database or of the connection to it; `details.code` is its SQLSTATE.
  public static let database = Self("database")
}
