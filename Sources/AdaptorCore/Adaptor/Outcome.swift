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
    /// What JSON text cannot say of values in the data and the additions.
    public var types: [TypedPlace] = []
    /// The old data does not move to `references`.
    public var keepsReferences: Bool
    /// The new data as it arrives, instead of `data`.
    public var stream: ByteStream?
  }

  /// nil: the state stays as it is.
  public let change: Change?
  /// What is added to the end of lists on the state, by the list's key.
  public private(set) var appends: [(key: String, value: RawJSON)] = []

  private init(change: Change?) { self.change = change }

  /// The state stays as it is; nothing moves to `references`.
  public static let unchanged = Outcome(change: nil)

  /// `data` becomes the new data and the old data moves to `references`. See `Change`.
  ///
  /// - Parameters:
  ///   - data: the new data as JSON text; nil stands for `undefined`.
  ///   - additions: further members of the state, by key; each replaces the one that is there.
  ///   - dataPaths: places inside the additions that are to hold the data too.
  ///   - types: what a job file sees as more than the text that stands for it.
  ///   - keepsReferences: true: the old data is dropped instead.
  public static func next(
    _ data: RawJSON?, additions: [(key: String, value: RawJSON)] = [],
    dataPaths: [DataPath] = [], types: [TypedPlace] = [], keepsReferences: Bool = false
  ) -> Outcome {
    Outcome(
      change: Change(
        data: data, additions: additions, dataPaths: dataPaths, types: types,
        keepsReferences: keepsReferences))
  }

  /// What is still arriving becomes the new data: an object that a job reads once, piece by piece.
  ///
  /// - Parameters:
  ///   - stream: the new data; it is cancelled at the end of the step.
  ///   - additions: further members of the state, by key; each replaces the one that is there.
  ///   - keepsReferences: true: the old data is dropped and does not move to `references`.
  public static func next(
    _ stream: ByteStream, additions: [(key: String, value: RawJSON)] = [],
    keepsReferences: Bool = false
  ) -> Outcome {
    Outcome(
      change: Change(
        data: nil, additions: additions, dataPaths: [], keepsReferences: keepsReferences,
        stream: stream))
  }

  /// This outcome, which also adds `value` to the end of the state's list `key`; a missing list is made.
  public func appending(_ value: RawJSON, to key: String) -> Outcome {
    var outcome = self
    outcome.appends.append((key, value))
    return outcome
  }
}

/// A place on the state that holds the data a second time.
public struct DataPath: Sendable {
  /// The member of the state, such as `response`.
  public let key: String
  /// The member of that object that is to hold the data, such as `body`.
  public let member: String

  /// Names the place `state[key][member]`.
  public init(_ key: String, _ member: String) {
    self.key = key
    self.member = member
  }
}
