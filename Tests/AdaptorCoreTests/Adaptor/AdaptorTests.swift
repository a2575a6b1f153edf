import Testing

@testable import AdaptorCore

struct AdaptorTests {
  private func open(_ text: String) throws(AdaptorError) -> Library {
    try Library.open(configuration: JSON(parsing: text), context: AdaptorContext())
  }

  @Test("A configuration is decoded; unknown members are allowed")
  func opens() throws {
    let library = try open(#"{"url":"https://x","port":8080,"mode":"closed","extra":1}"#)
    #expect(library.configuration.url == "https://x")
    #expect(library.configuration.port == 8080)
    #expect(library.configuration.mode == .closed)
  }

  @Test(
    "A configuration that does not fit",
    arguments: [
      ("{}", "missing key 'url'"),
      ("null", "missing key 'url'"),
      (#""hunter2""#, "expected object, found string"),
      (#"{"url":["hunter2"]}"#, "at .url: expected string, found array"),
      (#"{"url":"https://x","port":99999}"#, "at .port: expected integer, found number"),
      (
        #"{"url":"https://x","mode":"hunter2"}"#,
        "at .mode: expected one of 'open', 'closed', found another string"
      ),
    ])
  func mismatches(text: String, reason: String) throws {
    let error = try #require(throws: AdaptorError.self) { try open(text) }
    #expect(error.message == "the configuration does not fit the adaptor 'library': \(reason)")
    #expect(error.code == .invalidConfiguration)
  }

  @Test("The adaptor's own refusal comes out as it is")
  func refusal() throws {
    let error = try #require(throws: AdaptorError.self) { try open(#"{"url":"http:"}"#) }
    #expect(error.description == "'url' must begin with https:")
  }

  @Test("Functions and closing have defaults")
  func defaults() async throws {
    #expect(Library.functions.isEmpty)
    await (try open(#"{"url":"https:"}"#)).close()
  }

  @Test("Lines go to the context's log")
  func log() throws {
    let lines = Recorder<String>()
    let context = AdaptorContext { lines.append("\($0.rawValue): \($1)") }
    _ = try Library.open(configuration: ["url": "https:"], context: context)
    #expect(lines.items == ["debug: opened"])
  }

  @Test("A context takes the loop it runs on, else the shared one")
  func loop() async {
    #expect(AdaptorContext().loop === EventLoop.shared)
    let loop = EventLoop()
    defer { loop.stop() }
    await withTaskExecutorPreference(loop) {
      #expect(AdaptorContext().loop === loop)
    }
  }
}

struct AdaptorManifestTests {
  @Test("Names and defaults")
  func names() {
    let manifest = Library.manifest
    #expect(manifest.packageName == "@openfn/language-library")
    #expect(manifest.majorVersion == "12")
    #expect(JSON.object(manifest.initialState).text() == #"{"references":[],"data":null}"#)
    #expect(manifest.commonOperations.contains("fn"))
  }
}
