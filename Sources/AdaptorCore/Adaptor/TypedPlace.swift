/// A place in an outcome whose JSON stands for a value that JSON has no form for.
///
/// A job file gets the value itself, so that `row.born.getFullYear()` works there; Swift jobs get the JSON.
public struct TypedPlace: Sendable {
  /// What the JSON at a place stands for. null stands for null, a list for a list of such values, and what has another
  /// form for itself.
  public enum Kind: String, Sendable {
    /// Text of ISO 8601 in UTC, as `Date.prototype.toISOString` writes it, or milliseconds since 1970.
    case date
    /// `{ "type": "Buffer", "data": […] }`.
    case bytes
    /// The texts `NaN`, `Infinity` and `-Infinity`, among numbers.
    case number
  }

  /// Names of members, from the state on: `["data", "*", "born"]`; `*` stands for every element of a list.
  public let path: [String]
  /// What stands there.
  public let kind: Kind

  /// Names a place.
  public init(_ path: [String], _ kind: Kind) {
    self.path = path
    self.kind = kind
  }

  /// `[["data", "*", "born"], "date"]`
  public var description: JSON { [.array(path.map(JSON.string)), .string(kind.rawValue)] }
}
