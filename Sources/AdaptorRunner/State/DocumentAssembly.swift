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
    guard let text = JavaScriptText.runtimeScript("assembly") else {
      throw JavaScriptException(value: nil, description: "the script assembly.js is missing")
    }
    script = context.keep(try context.call(context.evaluate(text, name: "assembly.js"), []))
  }

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
