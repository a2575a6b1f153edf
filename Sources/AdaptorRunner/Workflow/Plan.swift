import AdaptorCore

/// What to run: steps, and the edges between them.
public struct Plan: Sendable {
  public var name: String?
  public var steps: [Step]
  /// The id of the first step; nil: the first of `steps`.
  public var start: String?
  /// The id of the step to stop after.
  public var end: String?
  /// JavaScript whose named exports every step sees as globals.
  public var globals: String?

  public init(
    name: String? = nil, steps: [Step], start: String? = nil, end: String? = nil,
    globals: String? = nil
  ) {
    self.name = name
    self.steps = steps
    self.start = start
    self.end = end
    self.globals = globals
  }

  func step(_ id: String) -> Step? { steps.last { $0.id == id } }
}

/// One job of a plan, or a node without one that passes its state on.
public struct Step: Sendable {
  public var id: String
  public var name: String?
  /// The job's source text; nil or empty: the state passes through.
  public var expression: [UInt8]?
  /// The file the source came from, for errors.
  public var file: String?
  /// Adaptor specifiers, such as `http` or `@openfn/language-http@7.3.2`.
  public var adaptors: [String]
  /// Merged over the configuration of the incoming state, for this step only.
  public var configuration: JSONObject
  /// Put under the incoming state.
  public var defaultState: JSONObject
  public var next: [Edge]
  /// Whether errors of the step carry the job's line; OpenFn leaves it out for a single job file.
  public var showsSource = true

  public init(
    id: String, name: String? = nil, expression: [UInt8]?, file: String? = nil,
    adaptors: [String] = [], configuration: JSONObject = [:], defaultState: JSONObject = [:],
    next: [Edge] = []
  ) {
    self.id = id
    self.name = name
    self.expression = expression
    self.file = file
    self.adaptors = adaptors
    self.configuration = configuration
    self.defaultState = defaultState
    self.next = next
  }

  /// What logs and errors call the step.
  var label: String { name ?? id }
}

/// A way from one step to another.
public struct Edge: Sendable {
  public enum Condition: Sendable, Equatable {
    case always
    case never
    /// The step before has no entry in `state.errors`.
    case onSuccess
    /// The step before has an entry in `state.errors`.
    case onFailure
    /// A JavaScript expression of `state` and `upstreamStepId`.
    case expression(String)
  }

  public let target: String
  public let condition: Condition

  public init(to target: String, when condition: Condition = .always) {
    self.target = target
    self.condition = condition
  }
}
