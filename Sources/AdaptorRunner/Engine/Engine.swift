import AdaptorCore
import CJavaScriptCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs plans in an embedded JavaScriptCore, on the thread of an event loop.
///
/// The thread is the actor's executor, the preferred executor of the operations, the event loop of
/// their sockets, and the only one that touches JavaScriptCore.
public actor Engine {
  /// The loop whose thread runs jobs and operations.
  public nonisolated let loop: EventLoop
  /// Keeps the actor on its loop's thread, as JavaScriptCore demands.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    loop.asUnownedSerialExecutor()
  }

  let catalog: AdaptorCatalog
  let options: RunOptions
  private let listener: @Sendable (RunEvent) -> Void
  private let environment: [String: String]
  private var redactor = Redactor()
  /// Owned: released in `deinit`.
  private nonisolated(unsafe) let group: JSContextGroupRef
  private let ownsLoop: Bool
  private var hasRunStep = false
  /// Outlives the contexts of steps.
  private lazy var idleContext = JavaScriptContext(group: group)
  /// What handles rejections where nothing runs any more.
  private lazy var idleHandler = try? idleContext.keep(
    idleContext.evaluate(JavaScriptText("(function () {})"), name: "idle"))
  /// How much memory the process held when garbage was last collected, in bytes; 0: never.
  private var heldAfterCollection = 0
  /// The step that is running.
  private var execution: StepExecution?
  /// Where responses are kept that a job wants to ask for only once.
  nonisolated var responseCache: FileFolder? {
    guard options.usesCache else { return nil }
    return CompilationCache.standard(environment: environment).folder.map {
      FileFolder($0, isPrivate: true)
    }
  }
  private lazy var libraries = NodeLibraries.standard(environment: environment)
  private lazy var compiler = JobCompiler(
    group: group, libraries: libraries,
    cache: options.usesCache ? .standard(environment: environment) : .init(folder: nil),
    timeout: options.timeout)

  /// An engine for one run after another.
  ///
  /// - Parameters:
  ///   - catalog: the adaptors that jobs may use.
  ///   - options: how plans are run.
  ///   - environment: `HOME`, `XDG_CACHE_HOME` and `ADAPTOR_NODE_PATH` are read.
  ///   - loop: the loop to live on; nil: one of its own.
  ///   - listener: receives what happens, on the engine's thread.
  public init(
    catalog: AdaptorCatalog, options: RunOptions = RunOptions(),
    environment: [String: String] = [:], loop: EventLoop? = nil,
    listener: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.catalog = catalog
    self.options = options
    self.environment = environment
    self.listener = listener
    ownsLoop = loop == nil
    self.loop = loop ?? EventLoop()
    Self.prepareProcess(options)
    group = JSContextGroupCreate()
  }

  deinit {
    JSContextGroupRelease(group)
    if ownsLoop { loop.stop() }
  }

  /// Leaves SIGSEGV and SIGBUS to the process: with the first two options JavaScriptCore does not take
  /// them. Without tail calls endless recursion ends in an error, and stacks have all their frames. The
  /// collector works harder the nearer it comes to what it takes for the size of the memory.
  private static func prepareProcess(_ options: RunOptions) {
    setenv("JSC_forceRAMSize", "\(options.memoryLimit ?? 1 << 30)", 1)
    setenv("JSC_usePollingTraps", "1", 1)
    setenv("JSC_useWasm", "0", 1)
    setenv("JSC_useTailCalls", "0", 1)
    signal(SIGPIPE, SIG_IGN)
  }

  // MARK: Running

  /// Runs a plan from its first step to its last.
  ///
  /// - Parameter input: the initial state; nil: an empty one.
  /// - Throws: `AdaptorError` when nothing could be started: `.compile`, `.malformedJSON` or `.file`
  ///   for the state, `.invalidPlan`, `.unknownAdaptor`, `.missingLibrary`. What goes wrong later is
  ///   part of the result.
  public func run(_ plan: Plan, input: RunInput? = nil) async throws(AdaptorError) -> RunResult {
    try plan.validate()
    let jobs = try compile(plan)
    try checkConditions(plan)
    let input = try input?.opened()
    let result = try await PlanRun(plan: plan, jobs: jobs).run(input: input?.stepInput, on: self)
    // The engine parses the input where it is used; where it is malformed, our parser says.
    if result.error?["name"] == .string(StepOutcome.malformedInput) { try input?.check() }
    return result
  }

  /// The script that a job is compiled to: an async function expression that takes the job's
  /// runtime.
  ///
  /// - Throws: `AdaptorError` with code `.compile` for source that is no job, `.unknownAdaptor`, or
  ///   `.missingLibrary`.
  public func compile(_ step: Step) throws(AdaptorError) -> String {
    String(decoding: try job(step, globals: []).compiled.code, as: UTF8.self)
  }

  // MARK: Parts of a run

  private func compile(_ plan: Plan) throws(AdaptorError) -> [String: StepJob] {
    var globals: CompiledJob?
    if let source = plan.globals {
      globals = try compiler.compile(Array(source.utf8), name: "globals", exports: [])
    }
    var jobs: [String: StepJob] = [:]
    for step in plan.steps where step.expression?.isEmpty == false {
      jobs[step.id] = try job(step, globals: Self.exportedNames(plan.globals), globalsJob: globals)
    }
    return jobs
  }

  private func job(
    _ step: Step, globals: [String], globalsJob: CompiledJob? = nil
  ) throws(AdaptorError) -> StepJob {
    var faces: [AdaptorFace] = []
    for specifier in step.adaptors {
      let (index, warning) = try catalog.find(specifier)
      if let warning { report(.cli, .warn, warning) }
      faces.append(AdaptorFace(catalog.adaptors[index], index: index))
    }
    // A step may be running: compiling takes its clock away.
    defer { execution?.renewWatchdog() }
    let start = ContinuousClock.now
    let compiled = try compiler.compile(
      step.expression ?? [], name: step.file ?? step.label,
      exports: faces.map { ($0.manifest.packageName, $0.exports) }, globals: globals)
    report(.compiler, .info, "Compiled \(step.label) in \((ContinuousClock.now - start).text)")
    return StepJob(faces: faces, compiled: compiled, globals: globalsJob)
  }

  /// The names a workflow's globals may define. The compiler must not take them for imports.
  private static func exportedNames(_ source: String?) -> [String] {
    guard let source else { return [] }
    return source.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }.map(String.init)
  }

  /// Every condition is compiled before the first step runs.
  private func checkConditions(_ plan: Plan) throws(AdaptorError) {
    var failures: [String] = []
    for step in plan.steps {
      for edge in step.next {
        guard case .expression(let text) = edge.condition else { continue }
        do throws(JavaScriptException) {
          _ = try ConditionContext(group: group).compile(text)
        } catch {
          failures.append(
            "Failed to compile edge condition \(step.id)->\(edge.target) (\(error.description))")
        }
      }
    }
    if !failures.isEmpty { throw AdaptorError(.invalidPlan, failures.joined(separator: "\n\n")) }
  }

  /// Whether an edge is followed after `step` ended with `state`.
  func follows(
    _ edge: Edge, after step: Step, state: JavaScriptText?
  ) throws(JavaScriptException) -> Bool {
    let context = ConditionContext(group: group)
    let deadline = options.timeout.map { ContinuousClock.now + $0 }
    let watchdog = Watchdog(
      group: group, deadline: deadline, memoryLimit: options.memoryLimit)
    defer { withExtendedLifetime(watchdog) {} }
    switch edge.condition {
    case .always: return true
    case .never: return false
    case .onSuccess: return !context.hasError(of: step.id, in: state)
    case .onFailure: return context.hasError(of: step.id, in: state)
    case .expression(let text): return try context.holds(text, state: state, upstream: step.id)
    }
  }

  /// Runs one step to its end, its timeout or its crash.
  func run(
    _ step: Step, _ job: StepJob, input: StepInput?
  ) async throws(AdaptorError) -> StepOutcome {
    collectGarbage()
    let execution = StepExecution(
      settings: StepSettings(step: step, job: job, options: options),
      engine: self, catalog: catalog, group: group, libraries: libraries,
      idleHandler: hasRunStep ? idleHandler : nil)
    // One context may stay: most runs have no other, and need no idle one.
    hasRunStep = true
    guard try await execution.load(input, on: self) else {
      return .ofMalformedInput
    }
    self.execution = execution
    let outcome = await withCheckedContinuation { continuation in
      report(.stepStarted(id: step.id, name: step.label))
      execution.begin { continuation.resume(returning: $0) }
    }
    self.execution = nil
    for adaptor in execution.end() { await adaptor.close() }
    return outcome
  }

  /// How much more memory may be held before what steps have left is collected, in bytes.
  private static let garbageLimit = 64 << 20

  /// The engine does not count what a context holds beside its values, and would keep the contexts of all steps.
  private func collectGarbage() {
    let held = ResidentMemory.bytes
    if heldAfterCollection == 0 { heldAfterCollection = held }
    guard held - heldAfterCollection > Self.garbageLimit else { return }
    JSSynchronousGarbageCollectForDebugging(idleContext.reference)
    heldAfterCollection = ResidentMemory.bytes
  }

  /// Lets go of the running step, which does not go on: its adaptors end what their servers still work at.
  func abandon() async {
    guard let execution else { return }
    for adaptor in execution.abandon() { await adaptor.close() }
  }

  /// The answer to a native call. One that comes after its step has ended is dropped.
  func settle(_ call: NativeCall, _ answer: Result<Outcome, AdaptorError>) async {
    guard let execution, execution.identity == call.execution else { return }
    let document = await execution.document(of: answer, on: self)
    guard self.execution?.identity == call.execution else { return }
    execution.settle(call.number, answer.mapError(redactor.redact), document)
  }

  /// Whether this step has not ended.
  func isRunning(_ step: ObjectIdentifier) -> Bool { execution?.identity == step }

  /// A piece of a stream, unless its step has ended.
  func settle(_ call: NativeCall, piece: StepStream.Piece) {
    guard let execution, execution.identity == call.execution else { return }
    execution.settleRead(call.number, piece.mapError(redactor.redact))
  }

  /// The next part of a list that the running step's job has lent to an operation; nil at its end.
  func readList(_ number: Int) throws(AdaptorError) -> JavaScriptText? {
    try execution?.readList(number)
  }

  /// The state of a step without a job as the final one: what must not leave a step is removed.
  ///
  /// - Returns: nil when the state is not JSON.
  func finalState(_ state: JavaScriptText) -> JavaScriptText? {
    let context = JavaScriptContext(group: group)
    guard let value = context.value(parsing: state) else { return nil }
    guard JSValueIsObject(context.reference, value) else { return context.json(value) }
    for key in options.removedKeys { context.remove(key, of: value) }
    return context.json(value) ?? state
  }

  /// Leaves of a plan under their ids, as one document.
  func combine(_ leaves: [(key: String, state: JavaScriptText)]) -> [UInt8] {
    var text = Array("{".utf8)
    for (index, leaf) in leaves.enumerated() {
      // The last of one name counts, as in JavaScript.
      if leaves[(index + 1)...].contains(where: { $0.key == leaf.key }) { continue }
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      text += JSON.string(leaf.key).bytes()
      text.append(UInt8(ascii: ":"))
      text += leaf.state.bytes
    }
    return text + [UInt8(ascii: "}")]
  }

  // MARK: Reports

  /// Takes notice of the secrets of a configuration, for everything that is reported from now on.
  func hideSecrets(of configuration: JSON) { redactor.add(configuration: configuration) }

  func redact(_ value: JSON) -> JSON { redactor.redact(value) }
  func redact(_ error: AdaptorError) -> AdaptorError { redactor.redact(error) }

  func report(
    _ component: LogLine.Component, _ level: LogLine.Level, _ text: String, arguments: JSON? = nil
  ) {
    listener(
      .log(
        LogLine(
          component, level, redactor.redact(text), arguments: arguments.map(redactor.redact))))
  }

  /// A line from an adaptor, which runs on the engine's thread or, rarely, elsewhere.
  nonisolated func reportFromAdaptor(_ level: LogLine.Level, _ text: String) {
    if loop.isCurrent {
      assumeIsolated { $0.report(.adaptor, level, text) }
    } else {
      Task { await report(.adaptor, level, text) }
    }
  }

  /// A secret that an adaptor has learnt.
  nonisolated func hideFromAdaptor(_ secret: String) {
    let configuration: JSON = ["secret": .string(secret)]
    if loop.isCurrent {
      assumeIsolated { $0.hideSecrets(of: configuration) }
    } else {
      Task { await hideSecrets(of: configuration) }
    }
  }

  func report(_ event: RunEvent) {
    if case .stepFailed(let id, let name, let error, let duration) = event {
      listener(.stepFailed(id: id, name: name, error: redactor.redact(error), duration: duration))
    } else {
      listener(event)
    }
  }
}

/// A step's job, ready to run.
struct StepJob {
  let faces: [AdaptorFace]
  let compiled: CompiledJob
  let globals: CompiledJob?
}
