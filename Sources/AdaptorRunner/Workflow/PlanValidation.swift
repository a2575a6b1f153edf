import AdaptorCore

extension AdaptorError.Code {
  /// A workflow that cannot be run.
  public static let invalidPlan = Self("invalidPlan")
}

extension Plan {
  /// Checks names and shape before anything runs.
  ///
  /// - Throws: `AdaptorError` with code `.invalidPlan`: no steps, an unknown start, an edge to an
  ///   unknown step, or a circle.
  func validate() throws(AdaptorError) {
    guard !steps.isEmpty else { throw AdaptorError(.invalidPlan, "the workflow has no steps") }
    let byId = Dictionary(steps.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    for id in [start, end].compactMap({ $0 }) + steps.flatMap({ $0.next.map(\.target) })
    where byId[id] == nil {
      throw AdaptorError(
        .invalidPlan, "Cannot find job: \(id).\(id.suggestion(from: steps.map(\.id)))")
    }
    var finished: Set<String> = []
    for step in steps { try checkCircles(from: step.id, byId, &finished) }
  }

  /// Depth first, with a path of its own instead of the stack: a workflow may be a long chain.
  private func checkCircles(
    from start: String, _ steps: [String: Step], _ finished: inout Set<String>
  ) throws(AdaptorError) {
    var path: [(id: String, next: ArraySlice<Edge>)] = []
    var onPath: Set<String> = []
    func enter(_ id: String) {
      path.append((id, steps[id]?.next[...] ?? []))
      onPath.insert(id)
    }
    if !finished.contains(start) { enter(start) }
    while let last = path.indices.last {
      guard let edge = path[last].next.popFirst() else {
        let id = path.removeLast().id
        onPath.remove(id)
        finished.insert(id)
        continue
      }
      if onPath.contains(edge.target) { throw circle(path.map(\.id), closing: edge.target) }
      if !finished.contains(edge.target) { enter(edge.target) }
    }
  }

  private func circle(_ path: [String], closing id: String) -> AdaptorError {
    let circle = path.drop { $0 != id } + [id]
    return AdaptorError(
      .invalidPlan, "Circular dependency: \(circle.joined(separator: " -> "))")
  }
}
