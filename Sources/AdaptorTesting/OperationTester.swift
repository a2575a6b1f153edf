import AdaptorCore
import Synchronization

/// Calls an adaptor's operations as a job file would, without a job: by name, with JSON arguments.
///
/// ```swift
/// let tester = try OperationTester(HTTP.self, configuration: ["baseUrl": .string(server.url)])
/// let state = try await tester.run("get", ["/patients"])
/// #expect(state.data["total"] == 3)
/// ```
public final class OperationTester<Subject: Adaptor>: Sendable {
  private let adaptor: Subject
  private let context: AdaptorContext
  private let log: LogCollector

  /// Opens an adaptor as the first operation of a step does.
  ///
  /// - Parameters:
  ///   - configuration: `state.configuration` of a job.
  ///   - files: the folder whose files operations may read and write.
  ///   - cache: the folder of what is kept for later runs.
  /// - Throws: `AdaptorError` with code `.invalidConfiguration`.
  public init(
    _ adaptor: Subject.Type, configuration: JSON = [:], files: FileFolder? = nil,
    cache: FileFolder? = nil
  ) throws(AdaptorError) {
    let log = LogCollector()
    let context = AdaptorContext(files: files, cache: cache, log: { log.add($0, $1) })
    self.log = log
    self.context = context
    self.adaptor = try Subject.open(configuration: configuration, context: context)
  }

  /// Runs an operation on a state.
  ///
  /// - Parameters:
  ///   - name: the operation, with its namespace: `tracker.import`.
  ///   - arguments: as a job resolves them; leave trailing ones out, or pass `.null`.
  ///   - state: what the operation starts with.
  /// - Returns: the state after the operation.
  /// - Throws: the operation's error, or `.unknownOperation` with a suggestion.
  public func run(
    _ name: String, _ arguments: [JSON] = [], state: State = State()
  ) async throws(AdaptorError) -> State {
    let names = Subject.operations.map(\.info.name)
    guard let definition = Subject.operations.first(where: { $0.info.name == name }) else {
      throw AdaptorError(
        .unknownOperation,
        "\(Subject.manifest.name) has no operation '\(name)'.\(name.suggestion(from: names))")
    }
    return try state.next(
      try await definition.run(adaptor, arguments.map { RawJSON($0) }, context: context))
  }

  /// What the adaptor has reported so far, one `level: text` each.
  public var lines: [String] { log.lines }

  /// Closes the adaptor, as the end of a step does.
  public func close() async { await adaptor.close() }
}

private final class LogCollector: Sendable {
  private let collected = Mutex<[String]>([])

  var lines: [String] { collected.withLock { $0 } }

  func add(_ level: AdaptorContext.Level, _ text: String) {
    collected.withLock { $0.append("\(level.rawValue): \(text)") }
  }
}
