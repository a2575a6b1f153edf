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

  /// The document in a large file, for the life of the context; nil when it is not JSON.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  static func document(
    _ path: String, in context: JavaScriptContext, on engine: isolated Engine
  ) async throws(AdaptorError) -> JSValueRef? {
    let reader = try DocumentReader(path: path)
    do {
      let assembly = try DocumentAssembly(context: context)
      while let part = try await reader.next().get() {
        guard try context.scoped({ try assembly.add(part) }) else { return nil }
      }
      return context.keep(try assembly.root())
    } catch {
      let error = AdaptorError.wrapping(error)
      if error.code == .malformedJSON { return nil }
      throw error
    }
  }

  /// The value of a large text, which the engine never has as a whole; nil when it is not JSON.
  static func value(_ text: [UInt8], in context: JavaScriptContext) -> JSValueRef? {
    var rest = text[...]
    var cutter = DocumentCutter {
      defer { rest = rest.dropFirst(pieceSize) }
      return Array(rest.prefix(pieceSize))
    }
    do {
      let assembly = try DocumentAssembly(context: context)
      // What a malformed document has left must not live as long as the context.
      defer { _ = try? assembly.root() }
      while let part = try cutter.next() {
        let isJSON = try context.scoped { try assembly.add(DocumentReader.decode(part)) }
        guard isJSON else { return nil }
      }
      return try assembly.root()
    } catch {
      return nil
    }
  }

  private static let pieceSize = 1 << 18
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

  /// The document, once it is complete.
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
