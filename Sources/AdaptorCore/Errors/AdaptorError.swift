/// What went wrong, where, and what was found, for people and for programs.
///
/// An error grows on its way up: `within(_:)` adds the operation it passed through; nothing is ever
/// replaced. `description` is safe to log; a cause keeps its own text in `underlying`.
public struct AdaptorError: Error, Sendable {
  /// What kind of failure this is. The set is open: adaptors add their own codes.
  public struct Code: Hashable, Sendable {
    /// The code as text, for logs and for comparing.
    public let rawValue: String
    /// A code of an adaptor's own: declare it as a static member of an extension, in camel case.
    public init(_ rawValue: String) { self.rawValue = rawValue }
  }

  /// What kind of failure this is, for programs that tell failures apart.
  public let code: Code
  /// One sentence: what was expected, what was found, what to do.
  public var message: String
  /// Facts for programs, such as `statusCode`, `body` or a SQLSTATE under `code`. A job sees them as
  /// properties of the error it catches.
  public var details: JSONObject
  /// The operations that the error passed through, outermost first.
  public private(set) var operations: [String] = []
  /// The error that caused this one, if it came from elsewhere. Its text may hold secrets.
  public let underlying: (any Error)?

  /// Reports a failure.
  ///
  /// - Parameters:
  ///   - message: one sentence without secrets: what was expected, what was found, what to do.
  ///   - details: facts for programs, by name.
  ///   - underlying: the error that caused this one.
  public init(
    _ code: Code, _ message: String, details: JSONObject = [:], underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.underlying = underlying
  }

  /// This error, seen from inside `operation`.
  public func within(_ operation: String) -> AdaptorError {
    var error = self
    error.operations.insert(operation, at: 0)
    return error
  }

  /// `error` itself if it is an `AdaptorError`, else one with code `.failed` that keeps it as cause.
  public static func wrapping(_ error: any Error) -> AdaptorError {
    (error as? AdaptorError) ?? AdaptorError(.failed, "\(error)", underlying: error)
  }
}

extension AdaptorError: CustomStringConvertible {
  /// The operations that the error passed through, then its message: `each > get: …`.
  public var description: String {
    operations.isEmpty ? message : operations.joined(separator: " > ") + ": " + message
  }
}

extension AdaptorError.Code {
  /// An error of another type, kept in `underlying`.
  public static let failed = Self("failed")
  /// Arguments that do not fit the declared parameters.
  public static let invalidArgument = Self("invalidArgument")
  /// A configuration that does not fit the adaptor.
  public static let invalidConfiguration = Self("invalidConfiguration")
  /// Text that is not JSON.
  public static let malformedJSON = Self("malformedJSON")
  /// A name that no adaptor declares.
  public static let unknownOperation = Self("unknownOperation")
}
