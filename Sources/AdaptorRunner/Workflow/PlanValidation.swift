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
    let ids = steps.map(\.id)
    for id in [start, end].compactMap({ $0 }) + steps.flatMap({ $0.next.map(\.target) })
    where !ids.contains(id) {
      throw AdaptorError(.invalidPlan, "Cannot find job: \(id).\(id.suggestion(from: ids))")
    }
    for step in steps {
      var path = [step.id]
      try checkCircles(from: step, &path)
    }
  }

  private func checkCircles(from step: Step, _ path: inout [String]) throws(AdaptorError) {
    for edge in step.next {
      if edge.target == path[0] {
        throw AdaptorError(
          .invalidPlan, "Circular dependency: \((path + [edge.target]).joined(separator: " -> "))")
      }
      guard !path.contains(edge.target), let next = self.step(edge.target) else { continue }
      path.append(edge.target)
      try checkCircles(from: next, &path)
      path.removeLast()
    }
  }
}
