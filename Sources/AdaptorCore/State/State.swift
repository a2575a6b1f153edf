/// What operations hand on: data, the data of earlier operations, and whatever else a job keeps.
///
/// The state of a Swift job. (In a job file state is a JavaScript object and stays there.)
public struct State: Sendable, Hashable {
  /// What the latest operation yielded.
  public var data: JSON
  /// The `data` of earlier operations, oldest first.
  public var references: [JSON]
  /// Everything else, by key: `response` of an HTTP operation, `result` of a SQL one, a job's own.
  public var other: JSONObject

  /// A state to start a job with: empty data, no history, nothing else unless given.
  public init(data: JSON = [:], references: [JSON] = [], other: JSONObject = [:]) {
    self.data = data
    self.references = references
    self.other = other
  }

  /// A member of `other`; `.null` when missing.
  public subscript(key: String) -> JSON {
    get { other[key] ?? .null }
    set { other[key] = newValue }
  }

  /// The state after an operation that yielded `data`: the old data moves to `references`.
  public func next(_ data: JSON) -> State {
    var state = self
    state.references.append(self.data)
    state.data = data
    return state
  }

  /// The state after an operation with this outcome.
  ///
  /// - Throws: `AdaptorError` when the outcome's text is not JSON: `.malformedJSON`, or the code
  ///   that the adaptor has for it. With `.invalidArgument` when it is a stream.
  public func next(_ outcome: Outcome) throws(AdaptorError) -> State {
    var state = self
    if let change = outcome.change {
      if let stream = change.stream {
        stream.cancel()
        throw AdaptorError(.invalidArgument, "the state of a Swift job cannot hold a stream")
      }
      state = next(try change.data?.parsed() ?? .null)
      if change.keepsReferences { state.references = references }
      for addition in change.additions { state[addition.key] = try addition.value.parsed() }
      for path in change.dataPaths { state.place(state.data, at: path) }
    }
    for append in outcome.appends {
      state[append.key] = .array(state[append.key].elements + [try append.value.parsed()])
    }
    return state
  }

  private mutating func place(_ value: JSON, at path: DataPath) {
    self[path.key][path.member] = value
  }
}
