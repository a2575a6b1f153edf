/// Collects the operations of a `Job`, with `if`, `switch` and `for` over values known beforehand.
@resultBuilder public enum JobBuilder {
  /// One operation on a line of its own.
  public static func buildExpression(_ operation: Operation) -> [Operation] { [operation] }
  /// The lines of a block, one after another.
  public static func buildBlock(_ parts: [Operation]...) -> [Operation] { parts.flatMap { $0 } }
  /// `if` without `else`: nothing when the condition does not hold.
  public static func buildOptional(_ part: [Operation]?) -> [Operation] { part ?? [] }
  /// The operations of an `if` whose condition holds; a `switch` is made of such pairs.
  public static func buildEither(first part: [Operation]) -> [Operation] { part }
  /// The operations of an `else`.
  public static func buildEither(second part: [Operation]) -> [Operation] { part }
  /// `for`: the operations of every round, in order.
  public static func buildArray(_ parts: [[Operation]]) -> [Operation] { parts.flatMap { $0 } }
}
