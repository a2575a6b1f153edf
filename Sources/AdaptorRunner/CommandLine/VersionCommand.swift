import AdaptorCore

/// `adaptor version`: the versions of the program and its adaptors.
struct VersionCommand: Command {
  let name = "version"
  let summary = "print the versions of the program and its adaptors"
  let usage = ["version"]
  let flags: [Flag] = [help]

  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32 {
    try arguments.expect(atMost: 0)
    tool.print("\(tool.name) \(tool.version)")
    for adaptor in tool.catalog.adaptors {
      tool.print(
        Help.row(adaptor.manifest.name, "behaves like version \(adaptor.manifest.version)"))
    }
    return 0
  }
}
