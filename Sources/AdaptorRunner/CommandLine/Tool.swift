import AdaptorCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The command line of a program that runs jobs: `adaptor`, or the runner of an adaptor of your own.
///
/// ```swift
/// Tool(name: "clinic", version: "1.0.0", adaptors: [Clinic.self, Common.self]).main()
/// ```
public struct Tool: Sendable {
  /// What the program is called in help and messages.
  public let name: String
  /// The program's own version, for its `version` command.
  public let version: String
  /// The adaptors that jobs may use.
  public let catalog: AdaptorCatalog
  /// The commands that every tool has, `run` first, then those of this one.
  public let commands: [any Command]
  /// The loop that runs the tool, its engine and its adaptors.
  let loop: EventLoop
  /// `HOME`, `XDG_CACHE_HOME` and `ADAPTOR_NODE_PATH` of this process, as far as they are set.
  public let environment: [String: String]

  /// A program with the commands run, compile, docs and version.
  ///
  /// - Parameters:
  ///   - name: what the program is called in help and messages.
  ///   - version: its own version.
  ///   - adaptors: what jobs may use.
  ///   - commands: further subcommands.
  public init(
    name: String, version: String, adaptors: [any Adaptor.Type], commands: [any Command] = []
  ) {
    self.name = name
    self.version = version
    catalog = AdaptorCatalog(adaptors)
    self.commands =
      [RunCommand(), CompileCommand(), DocsCommand(), VersionCommand()] + commands
    loop = EventLoop()
    environment = Self.processEnvironment()
  }

  /// Runs the command line of this process and ends it, with 0 for a run that reached its end, 1
  /// for one that did not, and 9 for a command line that cannot be understood. To be called on the
  /// main thread.
  public func main() -> Never {
    Self.openStandardDescriptors()
    Self.setLocale()
    let signals = InterruptSignals()
    let words = Array(CommandLine.arguments.dropFirst())
    Task(executorPreference: loop) {
      _exit(await run(words))
    }
    MainThread.wait(signals)
  }

  private static func setLocale() {
    // libcurl takes the names of hosts for text in the locale's encoding.
    setlocale(LC_CTYPE, "C.UTF-8")
    // To Node a locale of no language is American English; to the engine's ICU it would be one without rules.
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
    let chosen = names.lazy.compactMap { getenv($0).map { String(cString: $0) } }.first {
      !$0.isEmpty
    }
    let language = chosen?.prefix { $0 != "." } ?? "C"
    if language == "C" || language == "POSIX" { setenv("LC_ALL", "en_US.UTF-8", 1) }
  }

  /// Fills closed descriptors 0 to 2, so that no socket or file gets one of these numbers.
  private static func openStandardDescriptors() {
    var descriptor: Int32 = 0
    while descriptor >= 0, descriptor <= 2 { descriptor = open("/dev/null", O_RDWR) }
    if descriptor > 2 { close(descriptor) }
  }

  /// Runs one command line.
  ///
  /// - Returns: the exit code: 0 for a run that reached its end, 1 for one that did not, 9 for a command
  ///   line that cannot be understood.
  func run(_ words: [String]) async -> Int32 {
    let (command, rest) = split(words)
    guard let command else {
      guard let unknown = rest.first ?? (words.isEmpty ? "" : nil) else {
        print(Help(tool: self).overview)
        return 0
      }
      let hint = unknown.suggestion(from: commands.map(\.name))
      let problem =
        unknown.isEmpty
        ? "give a job or a workflow file" : "there is no command '\(unknown)'.\(hint)"
      print(usageError(problem))
      return unknown.isEmpty ? 1 : 9
    }
    if rest.contains("--help") || rest.contains("-h") {
      print(Help(tool: self).page(command))
      return 0
    }
    do throws(AdaptorError) {
      return try await command.run(ParsedArguments(rest, flags: command.flags), self)
    } catch {
      return report(error, of: command, isJSON: rest.contains("--log-json"))
    }
  }

  /// An engine for a command. It is never freed: the process ends with the command, and tearing down the
  /// engine first would take as long as a small job.
  func makeEngine(
    _ options: RunOptions = RunOptions(), listener: @escaping @Sendable (RunEvent) -> Void
  ) -> Engine {
    let engine = Engine(
      catalog: catalog, options: options, environment: environment, loop: loop, listener: listener)
    Self.engines.withLock { $0.append(engine) }
    return engine
  }

  private static let engines = Mutex<[Engine]>([])

  /// Prints a line on standard output. A reader that is gone is not an error; see `printResult`.
  public func print(_ text: String) { TerminalLog.print(text) }

  /// Prints what a command was called for.
  ///
  /// - Throws: `AdaptorError` with code `.file` when standard output takes no more.
  public func printResult(_ text: String) throws(AdaptorError) { try TerminalLog.printResult(text) }

  private func split(_ words: [String]) -> (command: (any Command)?, rest: [String]) {
    guard let first = words.first else { return (nil, []) }
    if ["help", "--help", "-h"].contains(first) {
      guard let wanted = words.dropFirst().first else { return (nil, []) }
      let named = command(named: wanted)
      return (named, named == nil ? [wanted] : ["--help"])
    }
    if first == "--version" { return (command(named: "version"), []) }
    if let named = command(named: first) { return (named, Array(words.dropFirst())) }
    return (commands[0], words)
  }

  private func command(named name: String) -> (any Command)? {
    commands.first { $0.name == name || ($0.name == "run" && name == "execute") }
  }

  private func report(_ error: AdaptorError, of command: any Command, isJSON: Bool) -> Int32 {
    let log = TerminalLog(isJSON: isJSON)
    log.write(LogLine(.cli, .error, "\(error)"))
    guard error.code == .usage else { return 1 }
    log.write(LogLine(.cli, .always, "Help: \(name) \(command.name) --help"))
    return 9
  }

  private func usageError(_ problem: String) -> String {
    "[CLI] ✘ \(problem)\n\n\(Help(tool: self).overview)"
  }

  private static func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    for name in ["HOME", "XDG_CACHE_HOME", "ADAPTOR_NODE_PATH"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }
}
