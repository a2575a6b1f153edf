import AdaptorCore
import CJavaScriptCore

/// One step in its own global context: the native side of `runtime.js`.
///
/// Belongs to the engine's thread, like everything it holds.
final class StepExecution {
  let settings: StepSettings
  let engine: Engine
  private let group: JSContextGroupRef
  /// See `JavaScriptContext.onUnhandledRejection`.
  private let idleHandler: JSObjectRef?
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
  let streams = StepStreams()
  var timers: [Int: LoopTimer] = [:]
  private var timeout: LoopTimer?
  private var watchdog: Watchdog?
  private var finish: ((StepOutcome) -> Void)?
  /// What would have been called; kept, since somebody waits for it until the process ends.
  private var abandoned: ((StepOutcome) -> Void)?

  /// Tells the answers for this step from late ones for an earlier step.
  var identity: ObjectIdentifier { ObjectIdentifier(self) }

  init(
    settings: StepSettings, engine: Engine, catalog: AdaptorCatalog, group: JSContextGroupRef,
    libraries: NodeLibraries, idleHandler: JSObjectRef?
  ) {
    self.idleHandler = idleHandler
    self.settings = settings
    self.engine = engine
    self.group = group
    self.libraries = libraries
    jobContext = JavaScriptContext(group: group)
    context = JavaScriptContext(group: group)
    sessions = AdaptorSessions(
      catalog: catalog,
      context: AdaptorContext(
        loop: engine.loop, files: engine.options.files, cache: engine.responseCache,
        log: { [engine] level, text in
          engine.reportFromAdaptor(LogLine.Level(rawValue: level.rawValue) ?? .info, text)
        }, hide: { [engine] in engine.hideFromAdaptor($0) },
        stream: { [streams, engine] in streams.stream(of: $0, engine) }))
  }

  /// Parses what the step starts with.
  ///
  /// - Returns: false when it is not JSON.
  /// - Throws: `AdaptorError` with code `.file`.
  func load(_ input: StepInput?, on engine: isolated Engine) async throws(AdaptorError) -> Bool {
    switch input {
    case nil: return true
    case .text(let text): self.input = jobContext.value(parsing: text).map(jobContext.keep)
    case .file(let path):
      let reader = try DocumentReader(path: path)
      let document = try await DocumentAssembly.document(reader, in: jobContext, on: engine)
      self.input = (try? document?.root()).map(jobContext.keep)
    }
    return self.input != nil
  }

  /// Starts the step. `finish` is called once, with how it ended.
  func begin(finish: @escaping (StepOutcome) -> Void) {
    self.finish = finish
    startClock()
    enter { () throws(JavaScriptException) in try start() }
  }

  private func start() throws(JavaScriptException) {
    let runtime = try context.call(
      try context.evaluate(script: "runtime"),
      [
        hostObject(), JSContextGetGlobalObject(jobContext.reference),
        context.value(parsing: JavaScriptText(settings.description.bytes())),
      ])
    self.runtime = RuntimeFunctions(context: context, runtime: runtime)
    for context in [context, jobContext] {
      context.onUnhandledRejection(context.member("unhandled", of: runtime), idle: idleHandler)
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
    streams.cancelAll()
    if let timeout { engine.loop.cancel(timeout) }
    timeout = nil
    if watchdog?.verdict != nil { context.finishTermination() }
    watchdog = nil
    return sessions.takeAll()
  }

  // MARK: Ends

  /// Ends the step without an outcome; nothing of the job runs any more.
  func abandon() -> [OpenAdaptor] {
    abandoned = finish
    finish = nil
    return end()
  }

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

  /// Watches again after another watchdog of the group.
  func renewWatchdog() { watchdog?.arm() }

  private func startClock() {
    let options = settings.options
    guard options.timeout != nil || options.memoryLimit != nil else { return }
    watchdog = Watchdog(
      group: group, deadline: options.timeout.map { .now + $0 }, memoryLimit: options.memoryLimit)
    timeout = options.timeout.map { limit in
      engine.loop.schedule(after: limit) { [unowned self] in stop(.time) }
    }
  }
}
