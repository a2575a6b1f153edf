import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct LoggingTests {
  @Test(arguments: [
    ("none", LogLine.Component.job, LogLine.Level.info, false),
    ("none", .job, .error, true),
    ("info", .runtime, .info, true),
    ("info", .runtime, .debug, false),
    ("debug", .cli, .debug, true),
    ("runtime=debug,job=none", .job, .warn, false),
    ("runtime=debug,job=none", .runtime, .debug, true),
    ("runtime=debug,job=none", .cli, .info, false),
    ("default", .job, .info, true),
  ])
  func thePolicyShows(
    specification: String, component: LogLine.Component, level: LogLine.Level, shows: Bool
  ) throws {
    let policy = try LogPolicy(specification: specification)
    #expect(policy.shows(LogLine(component, level, "x")) == shows)
  }

  @Test(arguments: [
    ("inof", "unknown log level 'inof'; expected none, default, info, debug. Did you mean 'info'?"),
    (
      "jbo=info",
      "unknown log component 'jbo'; expected cli, runtime, compiler, job. Did you mean 'job'?"
    ),
  ])
  func unknownWordsAreRefused(specification: String, message: String) {
    let error = #expect(throws: AdaptorError.self) { try LogPolicy(specification: specification) }
    #expect(error?.message == message)
    #expect(error?.code == .usage)
  }

  @Test(arguments: [
    (0, "0ms"), (999, "999ms"), (1234, "1.234s"), (59_999, "59.999s"), (65_432, "1m 5.4s"),
  ])
  func durationsAreShort(milliseconds: Int, text: String) {
    #expect(Duration.milliseconds(milliseconds).text == text)
  }

  @Test func anExcerptOfALongLineShowsThePlace() {
    let line = String(repeating: "a", count: 300) + "!" + String(repeating: "b", count: 300)
    let excerpt = SourceExcerpt(line: 7, column: 301, text: line).description
    let lines = excerpt.split(separator: "\n").map(Array.init)
    #expect(lines[0].count == 123)
    #expect(lines[0][lines[1].count - 1] == "!")
  }
}
