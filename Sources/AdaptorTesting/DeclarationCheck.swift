import AdaptorCore

/// Finds what is wrong with an adaptor's declarations before a job does.
public enum DeclarationCheck {
  /// A sentence for each problem; empty for an adaptor that is ready to be used.
  ///
  /// Checked are the names (unique, callable from JavaScript), the summaries, and the order of
  /// parameters: once one may be left out, so may those behind it.
  public static func problems<Subject: Adaptor>(of adaptor: Subject.Type) -> [String] {
    let infos = adaptor.operations.map(\.info) + adaptor.functions.map(\.info)
    var problems = infos.flatMap(problems(of:))
    if adaptor.manifest.name.isEmpty { problems.append("the adaptor has no name") }
    if adaptor.operations.isEmpty, adaptor.manifest.commonOperations.isEmpty {
      problems.append("the adaptor declares no operations")
    }
    var seen: Set<String> = []
    for info in infos where !seen.insert(info.name).inserted {
      problems.append("\(info.name) is declared twice")
    }
    return problems
  }

  private static func problems(of info: OperationInfo) -> [String] {
    var problems: [String] = []
    if !isCallable(info.name) {
      problems.append("'\(info.name)' is no name for a JavaScript function")
    }
    if info.summary.isEmpty { problems.append("\(info.name) has no summary") }
    for parameter in info.parameters where parameter.summary.isEmpty {
      problems.append("\(info.name): the parameter '\(parameter.name)' has no summary")
    }
    let afterOptional = info.parameters.drop { !$0.isOptional || $0.type == "any" }
    for parameter in afterOptional where !parameter.isOptional && parameter.type != "any" {
      problems.append(
        "\(info.name): the parameter '\(parameter.name)' is required but follows an optional one")
    }
    return problems
  }

  private static func isCallable(_ name: String) -> Bool {
    name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      part.first.map { $0.isLetter || $0 == "_" } == true
        && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
  }
}
