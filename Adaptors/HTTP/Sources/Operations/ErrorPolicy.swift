import AdaptorCore

/// The `errors` option: which statuses fail, and with what words.
struct ErrorPolicy: Sendable {
  private let option: JSON

  init(_ option: JSON?) { self.option = option ?? .null }

  /// The message of the failure that `status` means; nil when it means none.
  func message(for status: Int, default fallback: @autoclosure () -> String) -> String? {
    if option == false { return nil }
    switch option["\(status)"] {
    case .bool(let fails): return fails ? fallback() : nil
    case .string(let text) where !text.isEmpty: return text
    case .object: return "[object Object]"
    case let value where value.double.map { $0 != 0 } ?? false: return value.text()
    default: return status >= 400 ? fallback() : nil
    }
  }
}
