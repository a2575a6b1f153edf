import AdaptorCore
import Synchronization

@testable import AdaptorRunner

/// An adaptor for tests: it answers without any system behind it.
struct Echo: Adaptor {
  struct Configuration: Decodable, Sendable {
    var password: String?
  }

  struct Options: Decodable, Sendable {
    var shout: Bool?
  }

  let configuration: Configuration
  let context: AdaptorContext

  init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError) {
    self.configuration = configuration
    self.context = context
  }

  static let manifest = AdaptorManifest(
    name: "echo", version: "2.1.0", summary: "Says what it hears.",
    commonOperations: AdaptorManifest.usualCommonOperations)

  static let operations: [OperationDefinition<Echo>] = [
    OperationDefinition(
      "say", "Makes text the data.", effect: .reads, Parameter<String>("text", "what to say"),
      Parameter<Options?>("options", "shout")
    ) { _, text, options in
      .next(RawJSON(.string(options?.shout == true ? text.uppercased() : text)))
    },
    OperationDefinition(
      "deep.fail", "Fails with the password in its words.", effect: .writes,
      Parameter<RawJSON?>("body", "anything")
    ) { echo, body in
      let secret = echo.configuration.password ?? "none"
      echo.context.log(.info, "about to fail with \(secret)")
      throw AdaptorError(
        .failed, "failed with \(secret)", details: ["statusCode": 418, "secret": .string(secret)])
    },
    OperationDefinition(
      "later", "Answers after some milliseconds.", effect: .reads,
      Parameter<Int>("milliseconds", "how many")
    ) { _, milliseconds in
      try await Task.sleep(for: .milliseconds(milliseconds))
      return .next(RawJSON(.int(milliseconds)))
    },
    OperationDefinition("marked", "Answers with a byte order mark.", effect: .reads) { _ in
      .next(RawJSON(Array("\u{FEFF}[1]".utf8)))
    },
    OperationDefinition("broken", "Answers with text that is not JSON.", effect: .reads) { _ in
      .next(RawJSON(Array("{oops".utf8)))
    },
  ]

  static let functions: [FunctionDefinition] = [
    FunctionDefinition("util.twice", "Doubles a number.", Parameter<Int>("number", "any")) {
      .int(2 * $0)
    }
  ]
}

/// The common operations, without the requests that the HTTP adaptor adds.
struct Common: Adaptor {
  struct Configuration: Decodable, Sendable {}

  init(configuration: Configuration, context: AdaptorContext) throws(AdaptorError) {}

  static let manifest = AdaptorManifest(
    name: "common", version: "3.3.4", summary: "Common.", initialState: [:],
    commonOperations: ["*"])
  static let operations: [OperationDefinition<Common>] = []
}

/// Collects the events of a run.
final class Listener: Sendable {
  private let events = Mutex<[RunEvent]>([])

  func receive(_ event: RunEvent) { events.withLock { $0.append(event) } }

  /// The lines, as `LABEL level text`.
  var lines: [String] {
    events.withLock { $0 }.compactMap {
      guard case .log(let line) = $0 else { return nil }
      return "\(line.component.rawValue) \(line.level.rawValue) \(line.text)"
    }
  }
}

/// Runs a job with the test adaptors.
func run(
  _ job: String, state: JSON = ["data": [:]], options: RunOptions = uncached(),
  adaptors: [String] = ["echo"], listener: Listener = Listener()
) async throws -> RunResult {
  let engine = Engine(catalog: AdaptorCatalog([Echo.self, Common.self]), options: options) {
    listener.receive($0)
  }
  let step = Step(id: "job-1", expression: Array(job.utf8), file: "job.js", adaptors: adaptors)
  return try await engine.run(Plan(steps: [step]), input: .json(RawJSON(state)))
}

/// Options that leave the user's cache alone.
func uncached(timeout: Duration? = .seconds(20)) -> RunOptions {
  var options = RunOptions()
  options.usesCache = false
  options.timeout = timeout
  return options
}

extension RunResult {
  /// The final state as a value.
  var state: JSON { get throws { try JSON(parsing: output ?? []) } }
}
