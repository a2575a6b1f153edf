/// A parameter of a statement.
///
/// Values travel apart from the SQL text, so that nothing in them can be read as SQL.
enum BoundValue: Sendable {
  case null
  /// In the text form of a type that the server infers.
  case text(String)
  /// Many values of one column, in the binary form of `text[]`.
  case texts(TextArray)
}
