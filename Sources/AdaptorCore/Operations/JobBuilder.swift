/// Collects the operations of a `Job`, with `if`, `switch` and `for` over values known beforehand.
@resultBuilder public enum JobBuilder {
  public static func buildExpression(_ operation: Operation) -> [Operation] { [operation] }
  public static func buildBlock(_ parts: [Operation]...) -> [Operation] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Operation]?) -> [Operation] { part ?? [] }
  public static func buildEither(first part: [Operation]) -> [Operation] { part }
  public static func buildEither(second part: [Operation]) -> [Operation] { part }
  public static func buildArray(_ parts: [[Operation]]) -> [Operation] { parts.flatMap { $0 } }
}
