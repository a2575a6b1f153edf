import AdaptorCore
import CJavaScriptCore

/// One step in its own global context: the native side of `runtime.js`.
///
/// Belongs to the engine's thread, like everything it holds.
final class StepExecution {
  private let settings: StepSettings
  private let engine: Engine
  private let group: JSContextGroupRef
  /// The job's own global context: fresh for each step.
  private let jobContext: JavaScriptContext
  /// The context of `runtime.js`, out of the job's reach.
  private let context: JavaScriptContext
  private let libraries: NodeLibraries
  private let sessions: AdaptorSessions

  private var runtime: RuntimeFunctions?
  /// How many native operations have not been answered.
  private var pendingCalls = 0
  /// Whether the outcome is known and reported in the loop's next turn.
  private var isEnding = false
  private var onStart: () -> Void = {}
  private var timers: [Int: LoopTimer] = [:]
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

  /// Starts the step. `onStart` is called when its input is known to be JSON, `finish` once, with how the
  /// step ended.
  func begin(
    input: JavaScriptText?, onStart: @escaping () -> Void,
    finish: @escaping (StepOutcome) -> Void
  ) {
    self.onStart = onStart
    self.finish = finish
    startClock()
    enter { () throws(JavaScriptException) in try start(input) }
  }

  private func start(_ input: JavaScriptText?) throws(JavaScriptException) {
    let state = input.flatMap(jobContext.value(parsing:))
    if input != nil, state == nil {
      return complete(.stopped(StepOutcome.malformedInput, "the state is not JSON", .crash))
    }
    onStart()
    let runtime = try context.call(
      try script("runtime"), [hostObject(), JSContextGetGlobalObject(jobContext.reference)])
    self.runtime = RuntimeFunctions(context: context, runtime: runtime)
    for context in [context, jobContext] {
      context.onUnhandledRejection(context.member("unhandled", of: runtime))
      context.disableEval()
    }
    let arguments = [
      context.value(parsing: JavaScriptText(settings.description.bytes())),
      state ?? context.undefined,
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

  // MARK: Ends

  private func complete(_ outcome: StepOutcome) {
    finish?(outcome)
    finish = nil
  }

  private func enter(_ body: () throws(JavaScriptException) -> Void) {
    guard finish != nil else { return }
    do throws(JavaScriptException) {
      try context.scoped { () throws(JavaScriptException) in
        try jobContext.scoped(body)
      }
      if watchdog?.hasStopped == true { timedOut() }
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
    if watchdog?.hasStopped == true { return timedOut() }
    complete(.stopped("RuntimeCrash", exception.description, .crash))
  }

  private func timedOut() {
    let limit = settings.options.timeout.map { Int($0 / .milliseconds(1)) } ?? 0
    complete(.stopped("TimeoutError", "Job took longer than \(limit)ms to complete"))
  }

  private func startClock() {
    guard let limit = settings.options.timeout else { return }
    let deadline = ContinuousClock.now + limit
    timeout = engine.loop.schedule(after: limit) { [unowned self] in timedOut() }
    watchdog = Watchdog(group: group) { ContinuousClock.now >= deadline }
  }

  // MARK: What the runtime script calls

  private func hostObject() -> JSObjectRef {
    context.object([
      ("invoke", { [unowned self] in invoke($0, $1) }),
      ("call", { [unowned self] in try call($0, $1) }),
      ("log", { [unowned self] in log($0, $1) }),
      ("setTimer", { [unowned self] in setTimer($0, $1) }),
      ("clearTimer", { [unowned self] in clearTimer($0, $1) }),
      ("script", { [unowned self] in try script($0.description($1[0])) }),
      ("readLibrary", { [unowned self] in try readLibrary($0, $1) }),
      ("evaluate", { [unowned self] in try evaluate($0, $1) }),
      ("sourceLine", { [unowned self] in sourceLine($0, $1) }),
      ("configured", { [unowned self] in configured($0, $1) }),
      ("redact", { [unowned self] in redact($0, $1) }),
      ("finish", { [unowned self] in finished($0, $1) }),
      ("crash", { [unowned self] in crashed($0, $1) }),
    ])
  }

  /// `invoke(number, adaptor, operation, configuration, ...arguments)`: starts a native operation.
  private func invoke(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    pendingCalls += 1
    let call = NativeCall(execution: identity, number: context.integer(arguments[0]))
    let operation = context.integer(arguments[2])
    let given = arguments.dropFirst(4).map { raw(context.text($0)) }
    let opened = Result { () throws(AdaptorError) in
      try sessions.session(context.integer(arguments[1]), context.integer(arguments[3]))
    }
    Task(executorPreference: engine.loop) { [engine] in
      let answer: Result<Outcome, AdaptorError>
      do throws(AdaptorError) {
        answer = .success(try await opened.get().run(operation, given))
      } catch {
        answer = .failure(error)
      }
      await engine.settle(call, answer)
    }
    return nil
  }

  /// `call(adaptor, function, ...arguments)`: a helper function, answered at once.
  private func call(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    let adaptor = sessions.catalog.adaptors[context.integer(arguments[0])]
    let function = adaptor.functions[context.integer(arguments[1])]
    let answer: JSON
    do throws(AdaptorError) {
      let value = try function.call(arguments.dropFirst(2).map { raw(context.text($0)) })
      answer = value.map { ["value": $0] } ?? [:]
    } catch {
      answer = ["error": Self.describe(error)]
    }
    return context.value(parsing: JavaScriptText(answer.bytes()))
  }

  private func raw(_ text: JavaScriptText?) -> RawJSON? { text.map { RawJSON($0.bytes) } }

  private func log(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let level = LogLine.Level(rawValue: context.description(arguments[0])) ?? .info
    let component = LogLine.Component(rawValue: context.description(arguments[1])) ?? .job
    let text = context.description(arguments[2])
    let json = arguments.count > 3 ? raw(context.text(arguments[3])) : nil
    let values = json.flatMap { try? $0.parsed() }
    engine.assumeIsolated { $0.report(component, level, text, arguments: values) }
    return nil
  }

  private func setTimer(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let number = context.integer(arguments[0])
    let delay = Duration.milliseconds(context.integer(arguments[1]))
    timers[number] = engine.loop.schedule(after: delay) { [unowned self] in fire(number) }
    return nil
  }

  private func fire(_ number: Int) {
    timers[number] = nil
    enter { () throws(JavaScriptException) in
      guard let runtime else { return }
      _ = try context.call(runtime.fireTimer, [context.value(number)])
    }
  }

  private func clearTimer(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    if let timer = timers.removeValue(forKey: context.integer(arguments[0])) {
      engine.loop.cancel(timer)
    }
    return nil
  }

  private func script(_ name: String) throws(JavaScriptException) -> JSValueRef {
    guard let text = JavaScriptText.runtimeScript(name) else {
      throw JavaScriptException(value: nil, description: "the script \(name).js is missing")
    }
    return try context.evaluate(text, name: "\(name).js")
  }

  private func readLibrary(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    let bytes = try libraries.read(context.description(arguments[0]))
    return context.value(JavaScriptText(bytes))
  }

  private func evaluate(
    _ context: JavaScriptContext, _ arguments: [JSValueRef?]
  ) throws -> JSValueRef? {
    guard let text = context.text(arguments[0]) else { return nil }
    return try context.evaluate(text, name: context.description(arguments[1]))
  }

  private func sourceLine(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    settings.sourceLine(context.integer(arguments[0])).map { context.value(JavaScriptText($0)) }
  }

  /// `configured(text)`: takes notice of a configuration and answers its number.
  private func configured(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    guard let value = try? raw(context.text(arguments[0]))?.parsed() else {
      return context.value(0)
    }
    engine.assumeIsolated { $0.hideSecrets(of: value) }
    return context.value(sessions.number(of: value))
  }

  /// `redact(value)`: the value without secrets; it crosses as JSON text.
  private func redact(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    guard let value = try? raw(context.text(arguments[0]))?.parsed() else { return nil }
    let redacted = engine.assumeIsolated { $0.redact(value) }
    return context.value(parsing: JavaScriptText(redacted.bytes()))
  }

  /// `finish(outcome, state)`: in the loop's next turn, so that a rejection nobody handles comes first.
  private func finished(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    let outcome = Self.outcome(
      raw(context.text(arguments[0])), arguments.count > 1 ? context.text(arguments[1]) : nil)
    isEnding = true
    _ = engine.loop.schedule(after: .zero) { [weak self] in self?.complete(outcome) }
    return nil
  }

  /// `crash(outcome)`: at once.
  private func crashed(_ context: JavaScriptContext, _ arguments: [JSValueRef?]) -> JSValueRef? {
    complete(Self.outcome(raw(context.text(arguments[0])), nil))
    return nil
  }

  private static func outcome(_ raw: RawJSON?, _ state: JavaScriptText?) -> StepOutcome {
    let outcome = (try? raw?.parsed()) ?? .null
    return StepOutcome(
      status: outcome["status"].string.flatMap(StepOutcome.Status.init) ?? .crash, state: state,
      error: outcome["error"].isNull ? nil : outcome["error"])
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
        appends,
      ]
    } catch {
      return [context.value(parsing: JavaScriptText(Self.describe(error).bytes()))]
    }
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

  private static func describe(_ error: AdaptorError) -> JSON {
    [
      "message": .string(error.message), "details": .object(error.details),
      "operation": error.operations.last.map(JSON.string) ?? .null,
    ]
  }
}
