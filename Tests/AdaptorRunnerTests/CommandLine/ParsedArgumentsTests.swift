import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct ParsedArgumentsTests {
  private func parse(_ words: String...) throws -> ParsedArguments {
    try ParsedArguments(words, flags: RunCommand().flags)
  }

  @Test func flagsAndOperandsAreSorted() throws {
    let arguments = try parse("job.js", "-a", "http", "--adaptor=dhis2", "-O", "--", "-x")
    #expect(arguments.operands == ["job.js", "-x"])
    #expect(arguments.all("--adaptor") == ["http", "dhis2"])
    #expect(arguments.has("--output-stdout"))
    #expect(arguments.value("--log") == nil)
  }

  @Test func flagsOfOpenFnAreTaken() throws {
    let arguments = try parse("--no-autoinstall", "--repo-dir", "x", "job.js")
    #expect(arguments.ignored.map(\.key) == ["--no-autoinstall", "--repo-dir"])
    #expect(arguments.operands == ["job.js"])
  }

  @Test(arguments: [
    (["--timout", "3"], "unknown flag '--timout'. Did you mean '--timeout'?"),
    (["-a"], "'-a' needs a value: -a NAME"),
    (["--immutable=yes"], "'--immutable' takes no value"),
    (["--zzzzzzzz"], "unknown flag '--zzzzzzzz'."),
  ])
  func mistakesAreExplained(words: [String], message: String) {
    let error = #expect(throws: AdaptorError.self) {
      try ParsedArguments(words, flags: RunCommand().flags)
    }
    #expect(error?.message == message)
    #expect(error?.code == .usage)
  }

  @Test func everyCommandHasAHelpPage() {
    let tool = Tool(name: "test", version: "1", adaptors: [Echo.self])
    for command in tool.commands {
      let page = Help(tool: tool).page(command)
      #expect(page.hasPrefix("test \(command.name): "))
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }
  }
}
