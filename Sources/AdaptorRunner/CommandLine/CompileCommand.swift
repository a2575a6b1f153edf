import AdaptorCore

/// `adaptor compile`: prints what a job file is compiled to.
struct CompileCommand: Command {
  let name = "compile"
  let summary = "print the script that a job file is compiled to"
  let usage = ["compile job.js [-a ADAPTOR] [-o FILE]"]
  let flags: [Flag] = [
    Flag(
      "-a", "--adaptor", "--adaptors", value: "NAME",
      summary: "an adaptor the job uses; may be repeated"),
    Flag(
      "-o", "--output-path", value: "FILE", summary: "write to a file instead of standard output"),
    help,
  ]

  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32 {
    try arguments.expect(atMost: 1)
    guard let path = arguments.operands.first else {
      throw AdaptorError(.usage, "give a job file (.js)")
    }
    let engine = tool.makeEngine { TerminalLog().receive($0) }
    let code = try await engine.compile(
      Step(
        id: "job-1", expression: try FileSystem.read(path), file: path,
        adaptors: arguments.all("--adaptor")))
    if let output = arguments.value("--output-path") {
      try FileSystem.makeDirectory(FileSystem.directory(of: output))
      try FileSystem.write(Array(code.utf8), to: output)
    } else {
      try tool.printResult(code)
    }
    return 0
  }
}
