import Testing

@testable import AdaptorCore

struct FunctionDefinitionTests {
  private let join = FunctionDefinition(
    "join", "Joins words.", Parameter<[String]>("words", "the words"),
    Parameter<String?>("separator", "between two words")
  ) { words, separator in
    words.isEmpty ? nil : .string(words.joined(separator: separator ?? ","))
  }

  private func raw(_ text: String) -> RawJSON { RawJSON(Array(text.utf8)) }

  @Test("Arguments arrive as the declared types; nil is undefined")
  func call() throws {
    #expect(try join.call([raw(#"["a","b"]"#), raw(#""-""#)]) == "a-b")
    #expect(try join.call([raw(#"["a","b"]"#)]) == "a,b")
    #expect(try join.call([raw(#"["a","b"]"#), nil, raw("1")]) == "a,b")
    #expect(try join.call([raw("[]")]) == nil)
  }

  @Test(
    "Errors are within the function's name",
    arguments: [
      (nil, "join: argument 1 'words' is missing; expected array (the words)"),
      ("{}", "join: argument 1 'words' expected array, found object"),
      (#"["a",1]"#, "join: argument 1 'words' at [1]: expected string, found number"),
      ("[", "join: expected a value, found the end of the text (line 1, column 2)"),
    ] as [(String?, String)])
  func errors(argument: String?, sentence: String) throws {
    let error = try #require(throws: AdaptorError.self) { try join.call([argument.map(raw)]) }
    #expect(error.description == sentence)
  }

  @Test("An error of the body is wrapped")
  func bodyErrors() throws {
    struct Fire: Error {}
    let function = FunctionDefinition("burn", "Burns.") { () -> JSON? in throw Fire() }
    let error = try #require(throws: AdaptorError.self) { try function.call([]) }
    #expect(error.description == "burn: Fire()")
    #expect(error.underlying is Fire)
  }

  @Test("What is known without calling")
  func info() {
    #expect(join.info.signature == "join(words, separator?)")
    #expect(join.info.effect == .reads)
    #expect(join.info.parameters.map(\.type) == ["array", "string"])
  }

  @Test("A variadic function takes any number of arguments")
  func variadic() throws {
    let list = FunctionDefinition(
      "list", "Lists its arguments.", variadic: Parameter<JSON>("values", "what to list")
    ) { .array($0) }
    #expect(try list.call([raw("1"), nil, raw(#""a""#)]) == [1, .null, "a"])
    #expect(try list.call([]) == [])
  }
}
