/// Why a JSON value does not fit a Swift type, and where.
struct JSONMismatch: Error, CustomStringConvertible {
  let path: [any CodingKey]
  let reason: String

  var description: String {
    path.isEmpty ? reason : "at \(path.map(\.pathComponent).joined()): \(reason)"
  }
}

extension CodingKey {
  /// `.name` or `[3]`.
  var pathComponent: String { intValue.map { "[\($0)]" } ?? ".\(stringValue)" }
}
