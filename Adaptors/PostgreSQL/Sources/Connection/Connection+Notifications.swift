import AdaptorCore
import CLibpq

/// Waiting for notifications (PostgreSQL manual, 34.9).
extension Connection {
  /// The next notification; nil when the task is cancelled.
  ///
  /// - Throws: `AdaptorError` when the connection breaks.
  func nextNotification() async throws(AdaptorError) -> PostgreSQLNotifications.Element? {
    try await turn { (connection) throws(AdaptorError) in
      while true {
        guard let libpq = connection.libpq else {
          throw DatabaseError.client(.connectionDoesNotExist, "there is no connection")
        }
        if let notification = libpq.nextNotification { return notification }
        switch await connection.wait(for: .reading, on: libpq) {
        case .ready: if PQconsumeInput(libpq.pointer) == 0 { throw libpq.lostError }
        case .cancelled, .closed, .timedOut: return nil
        }
      }
    }
  }
}

extension Libpq {
  /// What has arrived and was not taken yet.
  fileprivate var nextNotification: PostgreSQLNotifications.Element? {
    guard let found = PQnotifies(pointer) else { return nil }
    defer { PQfreemem(found) }
    return PostgreSQLNotifications.Element(
      channel: String(cString: found.pointee.relname),
      payload: String(cString: found.pointee.extra),
      process: Int(found.pointee.be_pid))
  }
}
