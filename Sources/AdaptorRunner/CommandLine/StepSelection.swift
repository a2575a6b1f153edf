import AdaptorCore

/// The steps that `--start`, `--end` and `--only` name: by id, or by a part of one id or name.
struct StepSelection {
  private let start: String?
  private let end: String?

  init(_ arguments: ParsedArguments) {
    let only = arguments.value("--only")
    start = only ?? arguments.value("--start")
    end = only ?? arguments.value("--end")
  }

  func apply(to plan: inout Plan) throws(AdaptorError) {
    if let start { plan.start = try Self.find(start, in: plan) }
    if let end { plan.end = try Self.find(end, in: plan) }
  }

  private static func find(_ text: String, in plan: Plan) throws(AdaptorError) -> String {
    if plan.step(text) != nil { return text }
    let matches = plan.steps.filter { $0.id.contains(text) || $0.name?.contains(text) == true }
    if matches.count == 1 { return matches[0].id }
    let ids = plan.steps.map(\.id)
    throw AdaptorError(
      .invalidPlan,
      matches.isEmpty
        ? "no step matches '\(text)'.\(text.suggestion(from: ids)) Steps: \(ids.joined(separator: ", "))"
        : "'\(text)' matches several steps: \(matches.map(\.id).joined(separator: ", "))")
  }
}
