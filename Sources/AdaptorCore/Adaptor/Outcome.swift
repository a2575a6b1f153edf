/// What an operation did to the state.
public struct Outcome: Sendable {
  /// The change to the next state.
  public struct Change: Sendable {
    /// The new data; nil stands for `undefined`.
    public var data: RawJSON?
    /// Further members of the state, such as `response`.
    public var additions: [(key: String, value: RawJSON)]
    /// Places inside the additions that hold the data too, so that it crosses once.
    public var dataPaths: [DataPath]
    /// The old data does not move to `references`.
    public var keepsReferences: Bool
  }

  /// nil: the state stays as it is.
  public let change: Change?

  /// The state stays as it is; nothing moves to `references`.
  public static let unchanged = Outcome(change: nil)

  /// `data` becomes the new data and the old data moves to `references`. See `Change`.
  public static func next(
    _ data: RawJSON?, additions: [(key: String, value: RawJSON)] = [],
    dataPaths: [DataPath] = [], keepsReferences: Bool = false
  ) -> Outcome {
    Outcome(
      change: Change(
        data: data, additions: additions, dataPaths: dataPaths, keepsReferences: keepsReferences))
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
