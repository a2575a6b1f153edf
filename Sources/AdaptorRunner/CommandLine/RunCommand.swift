import AdaptorCore

/// `adaptor run`: runs a job file or a workflow and writes the final state.
struct RunCommand: Command {
  let name = "run"
  let summary = "run a job file or a workflow and write its final state"
  let usage = [
    "job.js -a ADAPTOR [-s STATE.json] [-o OUT.json]",
    "workflow.json|.yaml [--credentials FILE] [-o OUT.json]",
  ]
  let discussion = """
    A job file needs its adaptors (-a). A workflow names them in its steps. The final state goes to
    output.json beside the file unless -o or -O say otherwise. A step that fails is reported under
    'errors' of the state and does not change the exit code; a crash, a timeout or a file that cannot
    be used ends with 1, a command line that cannot be understood with 9.
    """

  let flags: [Flag] = [
    Flag(
      "-a", "--adaptor", "--adaptors", value: "NAME",
      summary: "an adaptor the job uses: http, @openfn/language-http, http@7.3.2; may be repeated"),
    Flag("-s", "--state-path", value: "FILE", summary: "the initial state, a JSON file"),
    Flag("-S", "--state-stdin", value: "JSON", summary: "the initial state as text; wins over -s"),
    Flag(
      "-o", "--output-path", value: "FILE",
      summary: "where the final state goes (default: output.json beside the file)"),
    Flag("-O", "--output-stdout", summary: "print the final state instead of writing a file"),
    Flag(
      "-t", "--timeout", value: "MS",
      summary: "milliseconds a step may take (default 300000); 0: no limit"),
    Flag(
      "--memory", value: "MB", summary: "megabytes the process may hold; more ends the run"),
    Flag(
      "--start", value: "STEP", summary: "begin at this step: its id, or a part of its id or name"),
    Flag("--end", value: "STEP", summary: "stop after this step"),
    Flag("--only", value: "STEP", summary: "run this step alone"),
    Flag(
      "--credentials", value: "FILE",
      summary: "a JSON or YAML file of configurations by name, for steps that name one"),
    Flag(
      "--globals", value: "JS",
      summary: "a script (or .js file) whose exports every step sees as globals"),
    Flag("--immutable", summary: "give each operation a copy of the state"),
    Flag(
      "-l", "--log", value: "SPEC",
      summary:
        "none, default, info or debug; or component=level, separated by commas (components: cli, runtime, compiler, job)"
    ),
    Flag("--log-json", summary: "log one JSON object a line"),
    Flag(
      "--sanitize", value: "POLICY",
      summary: "how console output shows data: none, remove, obfuscate, summarize"),
    Flag(
      "--files", value: "FOLDER",
      summary: "the folder whose files jobs may read and write (default: none)"),
    Flag("--no-cache", summary: "neither read nor keep compiled jobs and responses"),
    help,
    Flag("-i", "--autoinstall", summary: "adaptors are part of the program", isIgnored: true),
    Flag("--no-autoinstall", summary: "nothing is ever installed", isIgnored: true),
    Flag(
      "--repo-dir", value: "DIR", summary: "there is no folder of installed adaptors",
      isIgnored: true),
    Flag(
      "-m", "--use-adaptors-monorepo", summary: "adaptors are part of the program", isIgnored: true),
    Flag("--no-expand-adaptors", summary: "both forms of a name are understood", isIgnored: true),
    Flag(
      "--skip-adaptor-validation", summary: "every step may go without an adaptor", isIgnored: true),
    Flag("--validate", summary: "workflows are always checked", isIgnored: true),
    Flag("--no-compile", summary: "a job that is compiled already stays as it is", isIgnored: true),
    Flag("--ignore-imports", summary: "globals are never imported", isIgnored: true),
    Flag(
      "--cache-steps", summary: "the output of steps is not cached", isIgnored: true),
    Flag(
      "-w", "--workspace", value: "DIR", summary: "name the workflow's file instead",
      isIgnored: true),
    Flag(
      "--api-key", "--pat", value: "KEY", summary: "there is no connection to Lightning",
      isIgnored: true),
    Flag(
      "--endpoint", "--collections-endpoint", "--collections-version", value: "TEXT",
      summary: "there are no collections", isIgnored: true),
    Flag("--trace", summary: "use --log debug", isIgnored: true),
  ]

  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32 {
    let start = ContinuousClock.now
    let log = try Self.log(arguments)
    for flag in arguments.ignored {
      log.write(LogLine(.cli, .info, "\(flag.key) changes nothing here: \(flag.summary)"))
    }
    let path = try Self.path(arguments)
    var (plan, options) = try Self.plan(path, arguments, log)
    options.reportsOperations = log.policy.showsRuntimeDebug
    options.keepsArguments = log.isJSON
    try StepSelection(arguments).apply(to: &plan)
    let engine = tool.makeEngine(options) { [options] event in
      Self.guardLimits(event, options, log)
      log.receive(event)
    }
    MainThread.whenInterrupted { await engine.abandon() }
    // Reading the state and compiling count, too; each step begins anew.
    MainThread.set(options) { [options] reason in
      log.write(LogLine(.cli, .error, "Workflow failed: \(reason.line(options))"))
    }
    let result = try await Self.run(plan, on: engine, arguments, log)
    return try Self.conclude(result, OutputTarget(arguments, path: path), log, since: start)
  }

  private static func log(_ arguments: ParsedArguments) throws(AdaptorError) -> TerminalLog {
    let policy = try arguments.value("--log").map { (text) throws(AdaptorError) in
      try LogPolicy(specification: text)
    }
    return TerminalLog(policy: policy ?? LogPolicy(), isJSON: arguments.has("--log-json"))
  }

  private static func path(_ arguments: ParsedArguments) throws(AdaptorError) -> String {
    guard let path = arguments.operands.first else {
      throw AdaptorError(.usage, "give a job file (.js) or a workflow (.json, .yaml)")
    }
    try arguments.expect(atMost: 1)
    return path
  }

  // MARK: The plan

  private static func plan(
    _ path: String, _ arguments: ParsedArguments, _ log: TerminalLog
  ) throws(AdaptorError) -> (Plan, RunOptions) {
    var options = try options(arguments)
    var plan: Plan
    let credentials = try arguments.value("--credentials").map(readCredentials) ?? [:]
    if path.hasSuffix(".js") {
      plan = try job(path, arguments.all("--adaptor"), log)
    } else if [".json", ".yaml", ".yml"].contains(where: path.hasSuffix) {
      if arguments.has("--adaptor") {
        throw AdaptorError(
          .invalidPlan, "-a goes with a job file; a workflow names adaptors in its steps")
      }
      let file = try WorkflowFile.load(path, credentials: credentials)
      for warning in file.warnings { log.write(LogLine(.cli, .warn, warning)) }
      if !arguments.has("--timeout"), let timeout = file.timeout { options.timeout = timeout }
      plan = file.plan
    } else {
      throw AdaptorError(
        .usage, "'\(path)' is neither a job file (.js) nor a workflow (.json, .yaml, .yml)")
    }
    if let globals = arguments.value("--globals") { plan.globals = try text(globals) }
    return (plan, options)
  }

  private static func job(
    _ path: String, _ adaptors: [String], _ log: TerminalLog
  ) throws(AdaptorError) -> Plan {
    if adaptors.isEmpty {
      log.write(LogLine(.cli, .warn, "no adaptor given; name one with -a if the job needs it"))
    }
    var step = Step(
      id: "job-1", expression: try FileSystem.read(path), file: path, adaptors: adaptors)
    step.showsSource = false
    return Plan(steps: [step])
  }

  private static func readCredentials(_ path: String) throws(AdaptorError) -> JSONObject {
    guard FileSystem.exists(path) else {
      throw AdaptorError(.usage, "the credentials file '\(path)' does not exist")
    }
    let bytes = try FileSystem.read(path)
    do throws(AdaptorError) {
      let json = path.hasSuffix(".json") ? try JSON(parsing: bytes) : try YAMLReader.read(bytes)
      guard let credentials = json.object else {
        throw AdaptorError(.usage, "credentials must be an object of names, found \(json.kind)")
      }
      return credentials
    } catch {
      throw AdaptorError(error.code, "'\(path)': \(error.message)")
    }
  }

  private static func text(_ source: String) throws(AdaptorError) -> String {
    guard WorkflowFile.isPath(source) else { return source }
    return String(decoding: try FileSystem.read(source), as: UTF8.self)
  }

  /// Milliseconds of a hundred years; more is no limit.
  private static let longestTimeout = 3_155_760_000_000

  private static func options(_ arguments: ParsedArguments) throws(AdaptorError) -> RunOptions {
    var options = RunOptions()
    options.isImmutable = arguments.has("--immutable")
    options.usesCache = !arguments.has("--no-cache")
    if let path = arguments.value("--files") {
      guard FileSystem.isDirectory(path) else {
        throw AdaptorError(.usage, "--files needs a folder that exists, found '\(path)'")
      }
      options.files = FileFolder(path)
    }
    if let text = arguments.value("--timeout") {
      guard let milliseconds = Int(text), milliseconds >= 0 else {
        throw AdaptorError(.usage, "--timeout needs milliseconds, found '\(text)'")
      }
      options.timeout =
        (1...longestTimeout).contains(milliseconds) ? .milliseconds(milliseconds) : nil
    }
    if let text = arguments.value("--memory") {
      guard let megabytes = Int(text), (1...Int.max >> 20).contains(megabytes) else {
        throw AdaptorError(.usage, "--memory needs megabytes, found '\(text)'")
      }
      options.memoryLimit = megabytes << 20
    }
    if let text = arguments.value("--sanitize") {
      guard let policy = RunOptions.Sanitization(rawValue: text) else {
        let known = RunOptions.Sanitization.allCases.map(\.rawValue)
        throw AdaptorError(
          .usage,
          "unknown --sanitize policy '\(text)'; expected \(known.joined(separator: ", "))."
            + text.suggestion(from: known))
      }
      options.sanitization = policy
    }
    return options
  }

  // MARK: The run

  /// Lets the main thread end a step that the engine cannot.
  private static func guardLimits(_ event: RunEvent, _ options: RunOptions, _ log: TerminalLog) {
    switch event {
    case .stepStarted(_, let name):
      MainThread.set(options) { reason in
        log.write(LogLine(.runtime, .error, "\(name) aborted with error"))
        log.write(LogLine(.cli, .error, "Workflow failed: \(reason.line(options))"))
      }
    case .stepCompleted, .stepFailed: MainThread.liftLimits()
    case .log: break
    }
  }

  private static func run(
    _ plan: Plan, on engine: Engine, _ arguments: ParsedArguments, _ log: TerminalLog
  ) async throws(AdaptorError) -> RunResult {
    if let text = arguments.value("--state-stdin") {
      return try await engine.run(plan, input: .json(RawJSON(Array(text.utf8))))
    }
    guard let path = arguments.value("--state-path") else { return try await engine.run(plan) }
    do throws(AdaptorError) {
      return try await engine.run(plan, input: .file(path))
    } catch  where error.code == .malformedJSON || error.code == .file {
      // OpenFn only warns about a state file that it cannot use.
      let place = error.code == .file ? "" : "'\(path)': "
      log.write(LogLine(.cli, .warn, "\(place)\(error.message); starting with an empty state"))
      return try await engine.run(plan)
    }
  }

  private static func conclude(
    _ result: RunResult, _ target: OutputTarget, _ log: TerminalLog,
    since start: ContinuousClock.Instant
  ) throws(AdaptorError) -> Int32 {
    let duration = (ContinuousClock.now - start).text
    if let error = result.error {
      let message = "\(error["name"].string ?? "Error"): \(error["message"].string ?? "")"
      log.write(LogLine(.cli, .error, "Workflow failed in \(duration): \(message)"))
      return 1
    }
    try target.write(result.output ?? [], log)
    if result.failedSteps > 0 {
      log.write(
        LogLine(
          .cli, .warn,
          "Errors reported in \(result.failedSteps) job\(result.failedSteps == 1 ? "" : "s")"))
    }
    log.write(LogLine(.cli, .success, "Finished in \(duration) ✨"))
    return 0
  }
}
