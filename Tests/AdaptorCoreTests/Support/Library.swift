@testable import AdaptorCore

/// An adaptor whose operations return what they were given.
struct Library: Adaptor {
  struct Configuration: Decodable, Sendable {
    enum Mode: String, Decodable, CaseIterable { case open, closed }

    var url: String
    var port: UInt16?
    var mode: Mode?
  }

  struct Options: Decodable, Sendable {
    var query: [String: String]?
    var limit: Int?
  }

  static let manifest = AdaptorManifest(
    name: "library", version: "12.3.4", summary: "Lends books.")

  let configuration: Configuration

  init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError) {
    guard configuration.url.hasPrefix("https:") else {
      throw AdaptorError(.invalidConfiguration, "'url' must begin with https:")
    }
    self.configuration = configuration
    context.log(.debug, "opened")
  }

  static let operations = [
    OperationDefinition<Library>(
      "find", "Finds books.", effect: .reads,
      Parameter<String>("title", "title or a part of it"),
      Parameter<Options?>("options", "query and limit")
    ) { _, title, options in
      .next(
        RawJSON(["title": .string(title), "limit": options?.limit.map { .int($0) } ?? .null]))
    },
    OperationDefinition<Library>(
      "store.raw", "Stores text.", effect: .writes, Parameter<RawJSON>("book", "a book"),
      Parameter<RawJSON?>("note", "a note")
    ) { _, book, note in
      .next(book, additions: note.map { [("note", $0)] } ?? [])
    },
    OperationDefinition<Library>("close", "Closes.", effect: .writesIdempotently) { _ in
      .unchanged
    },
    OperationDefinition<Library>(
      "fail", "Fails.", effect: .reads, Parameter<Bool>("own", "whether with an own error")
    ) { _, own in
      struct Fire: Error {}
      if own { throw AdaptorError(.init("lost"), "the book is lost") }
      throw Fire()
    },
  ]
}
