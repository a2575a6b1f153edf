/// How far transactions see each other (PostgreSQL manual, 13.2).
public enum IsolationLevel: String, Decodable, Sendable {
  /// As if one ran after the other.
  case serializable
  /// What was there when the transaction began.
  case repeatableRead = "repeatable read"
  /// What is committed when a statement begins.
  case readCommitted = "read committed"

  var clause: String { " ISOLATION LEVEL \(rawValue)" }
}
