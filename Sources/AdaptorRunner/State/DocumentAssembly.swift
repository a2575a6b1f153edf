import AdaptorCore
import CJavaScriptCore

/// Makes the value of a large document in a context, part by part.
///
/// Belongs to the engine's thread.
struct DocumentAssembly {
  private let context: JavaScriptContext
  private let script: JSObjectRef

  init(context: JavaScriptContext) throws(JavaScriptException) {
    self.context = context
    script = context.keep(try context.call(context.evaluate(script: "assembly"), []))
  }

  /// Puts together what is read; nil when it is not JSON, or `step` has ended.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  static func document(
    _ reader: DocumentReader, in context: JavaScriptContext, for step: ObjectIdentifier? = nil,
    on engine: isolated Engine
  ) async throws(AdaptorError) -> DocumentAssembly? {
    var unfinished: DocumentAssembly?
    defer { _ = try? unfinished?.call("clear") }
    do {
      let assembly = try context.scoped { try DocumentAssembly(context: context) }
      unfinished = assembly
      while let part = try await reader.next() {
        guard step.map(engine.isRunning) ?? true,
          try context.scoped({ try assembly.add(part) })
        else { return nil }
      }
      unfinished = nil
      return assembly
    } catch {
      let error = AdaptorError.wrapping(error)
      if error.code == .malformedJSON { return nil }
      throw error
    }
  }

  /// From this size on it pays.
  static let largeSize = 4 << 20

  /// Adds a part.
  ///
  /// - Returns: false when its text is not JSON.
  func add(_ part: DocumentReader.Part) throws(JavaScriptException) -> Bool {
    switch part {
    case .openList: return try call("openList")
    case .openObject: return try call("openObject")
    case .close: return try call("close")
    case .key(let text): return try call("key", text)
    case .content(let text): return try call("content", text)
    }
  }

  /// The document, once it is complete; to be asked for once.
  func root() throws(JavaScriptException) -> JSValueRef {
    try context.call(context.member("root", of: script), [])
  }

  private func call(_ name: String) throws(JavaScriptException) -> Bool {
    _ = try context.call(context.member(name, of: script), [])
    return true
  }

  private func call(_ name: String, _ text: JavaScriptText) throws(JavaScriptException) -> Bool {
    guard let value = context.value(parsing: text) else { return false }
    _ = try context.call(context.member(name, of: script), [value])
    return true
  }
}
