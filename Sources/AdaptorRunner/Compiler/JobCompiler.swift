import AdaptorCore
import CJavaScriptCore

/// Compiles job files: acorn parses them inside the engine, `compiler.js` edits them in place.
///
/// acorn is loaded when a job is not in the cache, into a context of its own.
final class JobCompiler {
  /// Part of every cache key: raise it whenever the compiler's output changes.
  static let version = "4"

  private let group: JSContextGroupRef
  private let libraries: NodeLibraries
  private let cache: CompilationCache
  private let timeout: Duration?
  private var loaded: (context: JavaScriptContext, compile: JSObjectRef)?

  /// - Parameter timeout: the time a job may take to compile; nil: no limit.
  init(
    group: JSContextGroupRef, libraries: NodeLibraries, cache: CompilationCache, timeout: Duration?
  ) {
    self.group = group
    self.libraries = libraries
    self.cache = cache
    self.timeout = timeout
  }

  /// - Parameters:
  ///   - name: how errors name the job.
  ///   - exports: for each adaptor, its package name and what it exports.
  ///   - globals: names that the workflow provides.
  /// - Throws: `AdaptorError` with code `.compile` and the place at fault, or `.missingLibrary`.
  func compile(
    _ source: [UInt8], name: String, exports: [(package: String, names: [String])],
    globals: [String] = []
  ) throws(AdaptorError) -> CompiledJob {
    let options: JSON = [
      "adaptors": .array(
        exports.map { ["name": .string($0.package), "exports": .strings($0.names)] }),
      "globals": .strings(globals),
    ]
    let key = "\(Self.version) \(options)"
    if let found = cache.find(source, key: key) { return found }
    let compiled = try compile(source, name: name, options: options)
    cache.store(compiled, key: key)
    return compiled
  }

  private func compile(
    _ source: [UInt8], name: String, options: JSON
  ) throws(AdaptorError) -> CompiledJob {
    let (context, compile) = try load()
    let watchdog = Watchdog(
      group: group, deadline: timeout.map { .now + $0 }, memoryLimit: nil)
    return try context.scoped { () throws(AdaptorError) in
      let code: JavaScriptText?
      let insertions: JSON
      do throws(JavaScriptException) {
        let arguments = [
          context.value(JavaScriptText(source)),
          context.value(parsing: JavaScriptText(options.bytes())),
        ]
        let result = try context.call(compile, arguments)
        code = context.text(context.member("code", of: result))
        insertions = self.insertions(context.json(context.member("insertions", of: result)))
      } catch {
        if watchdog.verdict != nil { throw tooSlow(source, name) }
        throw describe(error, context, source: source, name: name)
      }
      if let code { try check(code, context, source: source, name: name) }
      return CompiledJob(source: source, code: code?.bytes ?? [], insertions: insertions)
    }
  }

  /// acorn and the engine may not agree: what the engine refuses fails here, with its line.
  private func check(
    _ code: JavaScriptText, _ context: JavaScriptContext, source: [UInt8], name: String
  ) throws(AdaptorError) {
    do throws(JavaScriptException) {
      try context.checkSyntax(code)
    } catch {
      let isTooDeep = error.description.hasPrefix("RangeError")
      let message =
        isTooDeep ? "The job is nested too deeply" : "JavaScriptCore: \(error.description)"
      let line = error.value.map { context.integer(context.member("line", of: $0)) } ?? 1
      throw .compile(
        "SyntaxError: \(message)", line: isTooDeep ? 1 : line, column: 0, source: source,
        name: name)
    }
  }

  private func insertions(_ text: JavaScriptText?) -> JSON {
    text.flatMap { try? JSON(parsing: $0.bytes) } ?? []
  }

  private func load() throws(AdaptorError) -> (JavaScriptContext, JSObjectRef) {
    if let loaded { return loaded }
    let context = JavaScriptContext(group: group)
    let acorn = JavaScriptText(try libraries.read("acorn/dist/acorn.js"))
    do throws(JavaScriptException) {
      _ = try context.evaluate(acorn, name: "acorn")
      let namespace = try context.evaluate(JavaScriptText("acorn"), name: "acorn")
      let install = try context.evaluate(script: "compiler")
      let compile = context.keep(try context.call(install, [namespace]))
      loaded = (context, compile)
      return (context, compile)
    } catch {
      throw AdaptorError(.failed, "the job compiler cannot be loaded: \(error.description)")
    }
  }

  private func tooSlow(_ source: [UInt8], _ name: String) -> AdaptorError {
    let limit = timeout.map { Int($0 / .milliseconds(1)) } ?? 0
    return .compile(
      "TimeoutError: Job took longer than \(limit)ms to compile", line: 1, column: 0,
      source: source, name: name)
  }

  private func describe(
    _ exception: JavaScriptException, _ context: JavaScriptContext, source: [UInt8], name: String
  ) -> AdaptorError {
    guard let thrown = exception.value, JSValueIsObject(context.reference, thrown) else {
      return AdaptorError(.compile, "\(name): \(exception.description)")
    }
    let message = context.description(context.member("message", of: thrown))
    let kind = context.description(context.member("name", of: thrown))
    let label = kind == "LazyStateError" ? "Lazy State Error: " : "\(kind): "
    return .compile(
      label + message, line: context.integer(context.member("line", of: thrown)),
      column: context.integer(context.member("column", of: thrown)), source: source, name: name)
  }
}

extension JSON {
  /// An array of strings.
  static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
