/// Why a JSON value does not fit a Swift type, and where.
struct JSONMismatch: Error, CustomStringConvertible {
  let path: [any CodingKey]
  let reason: String

  var description: String {
    path.isEmpty ? reason : "at \(path.map(\.pathComponent).joined()): \(reason)"
  }
}

extension JSONMismatch {
  /// What a type's own `init(from:)` threw.
  init(_ error: DecodingError) {
    let context: DecodingError.Context? =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context): context
      case .keyNotFound(_, let context), .dataCorrupted(let context): context
      @unknown default: nil
      }
    self.init(
      path: context?.codingPath ?? [], reason: context?.debugDescription ?? "does not fit")
  }
}

extension CodingKey {
  /// `.name` or `[3]`.
  var pathComponent: String { intValue.map { "[\($0)]" } ?? ".\(stringValue)" }
}
