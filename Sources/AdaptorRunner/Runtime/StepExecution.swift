import AdaptorCore
import CJavaScriptCore

/// One step in its own global context: the native side of `runtime.js`.
///
/// Belongs to the engine's thread, like everything it holds.
final class StepExecution {
  let settings: StepSettings
  let engine: Engine
  private let group: JSContextGroupRef
  /// The job's own global context: fresh for each step.
  let jobContext: JavaScriptContext
  /// The context of `runtime.js`, out of the job's reach.
  let context: JavaScriptContext
  let libraries: NodeLibraries
  let sessions: AdaptorSessions
  /// Made when a job first validates.
  private(set) lazy var schemas = Result { [group, libraries] in
    try SchemaValidator(group: group, libraries: libraries)
  }

  private(set) var runtime: RuntimeFunctions?
  /// How many native operations have not been answered.
  var pendingCalls = 0
  /// Whether the outcome is known and reported in the loop's next turn.
  var isEnding = false
  /// What the step starts with; protected by the job's context.
  private var input: JSValueRef?
  /// What the job may read, by number.
  var streams: [StepStream] = []
  var timers: [Int: LoopTimer] = [:]
  private var timeout: LoopTimer?
  private var watchdog: Watchdog?
  private var finish: ((StepOutcome) -> Void)?

  /// Tells the answers for this step from late ones for an earlier step.
  var identity: ObjectIdentifier { ObjectIdentifier(self) }

  init(
    settings: StepSettings, engine: Engine, catalog: AdaptorCatalog, group: JSContextGroupRef,
    libraries: NodeLibraries
  ) {
    self.settings = settings
    self.engine = engine
    self.group = group
    self.libraries = libraries
    jobContext = JavaScriptContext(group: group)
    context = JavaScriptContext(group: group)
    sessions = AdaptorSessions(
      catalog: catalog,
      context: AdaptorContext(loop: engine.loop) { [engine] level, text in
        engine.reportFromAdaptor(LogLine.Level(rawValue: level.rawValue) ?? .info, text)
      })
  }

  /// Parses what the step starts with.
  ///
  /// - Returns: false when it is not JSON.
  /// - Throws: `AdaptorError` with code `.file`.
  func load(_ input: StepInput?, on engine: isolated Engine) async throws(AdaptorError) -> Bool {
    switch input {
    case nil: return true
    case .text(let text): self.input = jobContext.value(parsing: text).map(jobContext.keep)
    case .file(let path): self.input = try await document(path, on: engine).map(jobContext.keep)
    }
    return self.input != nil
  }

  /// The document in a large file; nil when it is not JSON.
  private func document(
    _ path: String, on engine: isolated Engine
  ) async throws(AdaptorError) -> JSValueRef? {
    let reader = try DocumentReader(path: path)
    do {
      let assembly = try DocumentAssembly(context: jobContext)
      while let part = try await reader.next().get() {
        let isJSON = try jobContext.scoped { try assembly.add(part) }
        guard isJSON else { return nil }
      }
      return try assembly.root()
    } catch {
      let error = AdaptorError.wrapping(error)
      if error.code == .malformedJSON { return nil }
      throw error
    }
  }

  /// Starts the step. `finish` is called once, with how it ended.
  func begin(finish: @escaping (StepOutcome) -> Void) {
    self.finish = finish
    startClock()
    enter { () throws(JavaScriptException) in try start() }
  }

  private func start() throws(JavaScriptException) {
    let runtime = try context.call(
      try script("runtime"),
      [
        hostObject(), JSContextGetGlobalObject(jobContext.reference),
        context.value(parsing: JavaScriptText(settings.description.bytes())),
      ])
    self.runtime = RuntimeFunctions(context: context, runtime: runtime)
    for context in [context, jobContext] {
      context.onUnhandledRejection(context.member("unhandled", of: runtime))
      context.disableEval()
    }
    let arguments = [
      input ?? context.undefined,
      try jobContext.evaluate(JavaScriptText(settings.job.compiled.code), name: "job"),
      try settings.job.globals.map { (globals) throws(JavaScriptException) in
        try jobContext.evaluate(JavaScriptText(globals.code), name: "globals")
      } ?? context.undefined,
    ]
    _ = try context.call(context.member("run", of: runtime), arguments)
  }

  /// Ends timers and clock; the caller closes the adaptors that are returned.
  func end() -> [OpenAdaptor] {
    for timer in timers.values { engine.loop.cancel(timer) }
    timers = [:]
    for stream in streams { stream.cancel() }
    if let timeout { engine.loop.cancel(timeout) }
    timeout = nil
    watchdog = nil
    return sessions.takeAll()
  }

  /// Gives the job the answer to a native call.
  func settle(_ number: Int, _ answer: Result<Outcome, AdaptorError>) {
    pendingCalls -= 1
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.settle, [context.value(number)] + encode(answer))
    }
  }

  /// Gives the job a piece of a stream.
  func settleRead(_ number: Int, _ piece: StepStream.Piece) {
    pendingCalls -= 1
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.settleRead, [context.value(number)] + encode(piece))
    }
  }

  private func encode(_ piece: StepStream.Piece) -> [JSValueRef?] {
    do throws(AdaptorError) {
      return [context.undefined, try piece.get().map(context.value) ?? context.undefined]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  // MARK: Ends

  func complete(_ outcome: StepOutcome) {
    finish?(outcome)
    finish = nil
  }

  func enter(_ body: () throws(JavaScriptException) -> Void) {
    guard finish != nil else { return }
    do throws(JavaScriptException) {
      try context.scoped { () throws(JavaScriptException) in
        try jobContext.scoped(body)
      }
      if let verdict = watchdog?.verdict { stop(verdict) }
      try reportHang()
    } catch {
      stopped(by: error)
    }
  }

  /// Ends a step that waits for a promise which nothing is left to settle: no call, no timer.
  private func reportHang() throws(JavaScriptException) {
    guard finish != nil, !isEnding, pendingCalls == 0, timers.isEmpty, let runtime else { return }
    _ = try context.call(runtime.hang, [])
  }

  private func stopped(by exception: JavaScriptException) {
    if let verdict = watchdog?.verdict { return stop(verdict) }
    complete(.stopped("RuntimeCrash", exception.description, .crash))
  }

  private func stop(_ reason: StopReason) { complete(reason.outcome(settings.options)) }

  private func startClock() {
    let options = settings.options
    guard options.timeout != nil || options.memoryLimit != nil else { return }
    watchdog = Watchdog(
      group: group, deadline: options.timeout.map { .now + $0 }, memoryLimit: options.memoryLimit)
    timeout = options.timeout.map { limit in
      engine.loop.schedule(after: limit) { [unowned self] in stop(.time) }
    }
  }

  // MARK: Answers

  /// The arguments of `settle` after the number: the error, or how to make the next state.
  private func encode(_ answer: Result<Outcome, AdaptorError>) -> [JSValueRef?] {
    do throws(AdaptorError) {
      let outcome = try answer.get()
      let appends = try value(Self.list(outcome.appends))
      guard let change = outcome.change else {
        return Array(repeating: context.undefined, count: 6) + [appends]
      }
      let additions = jobContext.emptyObject()
      for addition in change.additions {
        jobContext.set(addition.key, of: additions, to: try value(addition.value))
      }
      let paths = JSON.array(change.dataPaths.map { [.string($0.key), .string($0.member)] })
      return [
        context.undefined, JSValueMakeBoolean(context.reference, true), try value(change.data),
        additions, JSValueMakeBoolean(context.reference, change.keepsReferences),
        change.dataPaths.isEmpty
          ? context.undefined : context.value(parsing: JavaScriptText(paths.bytes())),
        appends, change.stream.map { context.value(keep($0)) } ?? context.undefined,
      ]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
  }

  /// The number under which the job reads a stream.
  private func keep(_ stream: ByteStream) -> Int {
    streams.append(StepStream(stream))
    return streams.count - 1
  }

  private func value(_ raw: RawJSON?) throws(AdaptorError) -> JSValueRef {
    guard let raw else { return context.undefined }
    if let value = jobContext.value(parsing: JavaScriptText(raw.bytes)) { return value }
    _ = try raw.parsed()
    throw raw.malformed("the text is not JSON")
  }

  /// `[key, value]` pairs as JSON text, or nil for none.
  private static func list(_ members: [(key: String, value: RawJSON)]) -> RawJSON? {
    if members.isEmpty { return nil }
    var text: [UInt8] = []
    for (key, value) in members {
      text += text.isEmpty ? "[[".utf8 : "],[".utf8
      text += JSON.string(key).bytes() + ",".utf8 + value.bytes
    }
    return RawJSON(text + "]]".utf8)
  }

  static func describe(_ error: AdaptorError) -> JSON {
    [
      "message": .string(error.message), "details": .object(error.details),
      "operation": error.operations.last.map(JSON.string) ?? .null,
    ]
  }
}
