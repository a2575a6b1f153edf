import Testing

@testable import AdaptorCore

struct OperationDefinitionTests {
  private let log = Recorder<String>()

  private var context: AdaptorContext {
    AdaptorContext { [log] level, line in log.append("\(level.rawValue) \(line)") }
  }

  private func raw(_ text: String) -> RawJSON { RawJSON(Array(text.utf8)) }

  private func run(_ name: String, _ arguments: [String?]) async throws -> Outcome {
    let operation = try #require(Library.operations.first { $0.info.name == name })
    let library = try Library.open(configuration: ["url": "https://x"], context: AdaptorContext())
    return try await operation.run(library, arguments.map { $0.map(raw) }, context: context)
  }

  private func failure(_ name: String, _ arguments: [String?]) async throws -> AdaptorError {
    try await #require(throws: AdaptorError.self) { _ = try await run(name, arguments) }
  }

  private func data(_ outcome: Outcome) -> String? {
    outcome.change?.data.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test("Arguments arrive as the declared types")
  func arguments() async throws {
    let outcome = try await run("find", [#""Emma""#, #"{"limit":3,"query":{"a":"b"}}"#])
    #expect(data(outcome) == #"{"title":"Emma","limit":3}"#)
    #expect(log.items == [])
  }

  @Test(
    "Optional arguments may be left out, undefined or null",
    arguments: [[#""Emma""#], [#""Emma""#, nil], [#""Emma""#, "null"]])
  func optionals(arguments: [String?]) async throws {
    #expect(data(try await run("find", arguments)) == #"{"title":"Emma","limit":null}"#)
    #expect(log.items == [])
  }

  @Test("No parameters")
  func noParameters() async throws {
    #expect(try await run("close", []).change == nil)
    #expect(log.items == [])
  }

  @Test("Raw text passes unparsed")
  func rawText() async throws {
    let outcome = try await run("store.raw", ["{ not json", "null"])
    #expect(data(outcome) == "{ not json")
    let parts = try #require(outcome.change)
    #expect(parts.additions.map(\.key) == ["note"])
    #expect(parts.additions.map(\.value.bytes) == [Array("null".utf8)])
  }

  @Test("Raw text that is not given is nil")
  func missingRawText() async throws {
    #expect(try await run("store.raw", ["1"]).change?.additions.isEmpty == true)
    #expect(try await run("store.raw", ["1", nil]).change?.additions.isEmpty == true)
    #expect(
      try await failure("store.raw", [nil]).description
        == "store.raw: argument 1 'book' is missing; expected any (a book)")
  }

  @Test(
    "Arguments that do not fit",
    arguments: [
      ([], "find: argument 1 'title' is missing; expected string (title or a part of it)"),
      (
        [nil, "{}"],
        "find: argument 1 'title' is missing; expected string (title or a part of it)"
      ),
      (["null"], "find: argument 1 'title' expected string, found null"),
      (["5"], "find: argument 1 'title' expected string, found number"),
      ([#""a""#, "[]"], "find: argument 2 'options' expected object, found array"),
      (
        [#""a""#, #"{"limit":"3"}"#],
        "find: argument 2 'options' at .limit: expected integer, found string"
      ),
      (
        [#""a""#, #"{"query":{"x":1}}"#],
        "find: argument 2 'options' at .query.x: expected string, found number"
      ),
    ] as [([String?], String)])
  func mismatches(arguments: [String?], sentence: String) async throws {
    let error = try await failure("find", arguments)
    #expect(error.description == sentence)
    #expect(error.code == .invalidArgument)
    #expect(error.operations == ["find"])
  }

  @Test("Malformed text fails when it is parsed")
  func malformed() async throws {
    let error = try await failure("find", ["tru"])
    #expect(error.description == "find: expected 'true', found 't' (line 1, column 1)")
    #expect(error.code == .malformedJSON)
  }

  @Test(
    "Unused input is a warning",
    arguments: [
      ("find", [#""a""#, nil, "1"], ["warn find: takes 2 arguments, ignored 1 more"]),
      ("find", [#""a""#, "null", "1", nil], ["warn find: takes 2 arguments, ignored 2 more"]),
      ("find", [#""a""#, "null", nil, nil], []),
      ("close", ["1"], ["warn close: takes 0 arguments, ignored 1 more"]),
      (
        "find", [#""a""#, #"{"limt":1}"#],
        [
          "warn find: argument 2 'options' has an unknown key 'limt', ignored."
            + " Did you mean 'limit'?"
        ]
      ),
    ] as [(String, [String?], [String])])
  func warnings(name: String, arguments: [String?], lines: [String]) async throws {
    _ = try await run(name, arguments)
    #expect(log.items == lines)
  }

  @Test("A single parameter is an argument, not arguments")
  func singular() async throws {
    _ = try? await run("fail", ["true", "1"])
    #expect(log.items == ["warn fail: takes 1 argument, ignored 1 more"])
  }

  @Test("Errors of the operation are within its name")
  func errors() async throws {
    let own = try await failure("fail", ["true"])
    #expect(own.description == "fail: the book is lost")
    #expect(own.code == .init("lost"))
    let other = try await failure("fail", ["false"])
    #expect(other.description == "fail: Fire()")
    #expect(other.code == .failed)
  }

  @Test("What is known without running")
  func info() {
    #expect(
      Library.operations.map(\.info.signature) == [
        "find(title, options?)", "store.raw(book, note?)", "close()", "fail(own)",
      ])
    #expect(
      Library.operations.map(\.info.effect) == [.reads, .writes, .writesIdempotently, .reads])
    #expect(Library.operations[0].info.summary == "Finds books.")
    #expect(Library.operations[0].info.parameters.map(\.summary).last == "query and limit")
  }
}
