import AdaptorCore

/// What to run: steps, and the edges between them.
public struct Plan: Sendable {
  /// What the workflow is called; nothing depends on it.
  public var name: String?
  /// At least one; of equal ids the last counts.
  public var steps: [Step]
  /// The id of the first step; nil: the first of `steps`.
  public var start: String?
  /// The id of the step to stop after.
  public var end: String?
  /// JavaScript whose named exports every step sees as globals.
  public var globals: String?

  /// A plan, checked when it is run.
  ///
  /// - Parameters:
  ///   - start: the id of the first step; nil: the first of `steps`.
  ///   - end: the id of the step to stop after; nil: those without a next one.
  ///   - globals: JavaScript source, not a path.
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
  /// Names the step to edges, to `state.errors` and to the final state of a plan with several ends.
  public var id: String
  /// What logs and errors call the step; nil: its id.
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
  /// The ways on; none: the state of this step is a final one.
  public var next: [Edge]
  /// Whether errors of the step carry the job's line; OpenFn leaves it out for a single job file.
  public var showsSource = true

  /// A step, compiled when its plan is run.
  ///
  /// - Parameters:
  ///   - expression: the job's source as UTF-8 text.
  ///   - file: the path of the source, for errors; it is not read.
  ///   - adaptors: specifiers of adaptors that the engine's catalog has.
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

  /// Puts a configuration under every other one that the step gets.
  mutating func addDefault(configuration: JSONObject) {
    let own = defaultState["configuration"]?.object ?? [:]
    defaultState["configuration"] = .object(configuration.merging(own))
  }

  /// What logs and errors call the step.
  var label: String { name ?? id }
}

/// A way from one step to another.
public struct Edge: Sendable {
  /// When an edge is followed, once the step before has ended without stopping the run.
  public enum Condition: Sendable, Equatable {
    /// In any case, after a failure too.
    case always
    /// In no case: the edge is there for show.
    case never
    /// The step before has no entry in `state.errors`.
    case onSuccess
    /// The step before has an entry in `state.errors`.
    case onFailure
    /// A JavaScript expression of `state` and `upstreamStepId`.
    case expression(String)
  }

  /// The id of the step it leads to.
  public let target: String
  /// When it is followed.
  public let condition: Condition

  /// A way to the step with this id.
  public init(to target: String, when condition: Condition = .always) {
    self.target = target
    self.condition = condition
  }
}
