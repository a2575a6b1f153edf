import AdaptorCore

/// `adaptor docs`: what an adaptor offers, printed from its declarations.
struct DocsCommand: Command {
  let name = "docs"
  let summary = "show an adaptor's operations, or one of them"
  let usage = ["docs ADAPTOR [OPERATION]"]
  let flags: [Flag] = [help]

  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32 {
    try arguments.expect(atMost: 2)
    guard let name = arguments.operands.first else {
      throw AdaptorError(
        .usage,
        "name an adaptor: \(tool.catalog.adaptors.map { $0.manifest.name }.joined(separator: ", "))"
      )
    }
    let (index, _) = try tool.catalog.find(name)
    let face = AdaptorFace(tool.catalog.adaptors[index], index: index)
    if let operation = arguments.operands.dropFirst().first {
      tool.print(try Self.page(operation, face))
    } else {
      tool.print(Self.overview(face))
    }
    return 0
  }

  private static func overview(_ face: AdaptorFace) -> String {
    let common = face.exports.filter { name in
      !(face.operations + face.functions).contains { $0.name.hasPrefix(name) }
    }
    return """
      \(face.manifest.name) \(face.manifest.version): \(face.manifest.summary)

      Operations:
      \(rows(face.operations))

      Functions:
      \(face.functions.isEmpty ? "  none" : rows(face.functions))

      Also for jobs:
      \(Help.row("", common.joined(separator: ", ")))
      """
  }

  private static func rows(_ infos: [OperationInfo]) -> String {
    infos.map { Help.row($0.signature, $0.summary) }.joined(separator: "\n")
  }

  private static func page(_ name: String, _ face: AdaptorFace) throws(AdaptorError) -> String {
    let infos = face.operations + face.functions
    guard let info = infos.first(where: { $0.name == name }) else {
      if face.exports.contains(name) {
        throw AdaptorError(
          .unknownOperation, "'\(name)' is part of the job language and has no page of its own")
      }
      throw AdaptorError(
        .unknownOperation,
        "\(face.manifest.name) has no operation '\(name)'.\(name.suggestion(from: infos.map(\.name)))"
      )
    }
    let parameters = info.parameters.map { parameter in
      Help.row(
        parameter.name,
        "\(parameter.type)\(parameter.isOptional ? ", optional" : ""): \(parameter.summary)")
    }
    return """
      \(info.signature)

      \(info.summary)

      Parameters:
      \(parameters.isEmpty ? "  none" : parameters.joined(separator: "\n"))

      Effect: \(effect(info.effect))
      """
  }

  private static func effect(_ effect: OperationInfo.Effect) -> String {
    switch effect {
    case .reads: "reads only"
    case .writesIdempotently: "writes; repeating it changes nothing more"
    case .writes: "writes; repeating it may write twice"
    }
  }
}
