import AdaptorCore

/// The columns of stored rows that a statement gives back (PostgreSQL manual, 6.4).
struct Returning: Sendable {
  /// ` RETURNING "id", "name"`.
  let clause: String

  /// - Parameter option: a name, a list of names, or `*`; nil for none.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for anything else.
  init?(option: JSON?) throws(AdaptorError) {
    guard let option, !option.isNull else { return nil }
    let names = option.string.map { [$0] } ?? option.elements.compactMap(\.string)
    guard !names.isEmpty, option.string != nil || names.count == option.elements.count else {
      throw AdaptorError(
        .invalidArgument, "returning is a column, a list of columns or '*', found \(option.kind)")
    }
    let columns = names.map { $0 == "*" ? "*" : Identifier($0).quoted }
    clause = " RETURNING \(columns.joined(separator: ", "))"
  }
}
