/// What an operation did to the state.
public struct Outcome: Sendable {
  enum Change: Sendable {
    case unchanged
    case next(data: RawJSON?, additions: [(key: String, value: RawJSON)])
  }

  let change: Change
  let dataPaths: [DataPath]

  /// The state stays as it is; nothing moves to `references`.
  public static let unchanged = Outcome(change: .unchanged, dataPaths: [])

  /// `data` becomes the new data (nil: undefined) and the old data moves to `references`.
  ///
  /// - Parameters:
  ///   - additions: further members of the state, such as `response`.
  ///   - dataPaths: places inside the additions that hold the data too, so that it crosses once.
  public static func next(
    _ data: RawJSON?, additions: [(key: String, value: RawJSON)] = [], dataPaths: [DataPath] = []
  ) -> Outcome {
    Outcome(change: .next(data: data, additions: additions), dataPaths: dataPaths)
  }

  /// The parts for a host that composes the next state itself, or nil for an unchanged state.
  public var parts:
    (data: RawJSON?, additions: [(key: String, value: RawJSON)], dataPaths: [DataPath])?
  {
    guard case .next(let data, let additions) = change else { return nil }
    return (data, additions, dataPaths)
  }
}

/// A place on the state: the member `member` of the object under `key`.
public struct DataPath: Sendable {
  public let key: String
  public let member: String

  public init(_ key: String, _ member: String) {
    self.key = key
    self.member = member
  }
}
