import CJavaScriptCore
import JavaScriptRuntime

extension JavaScriptText {
  /// One of the runner's own scripts, such as `runtime` for `runtime.js`; nil for an unknown name.
  fileprivate static func runtimeScript(_ name: String) -> JavaScriptText? {
    guard let text = runtime_script(name).text else { return nil }
    return JavaScriptText(owning: JSStringCreateWithUTF8CString(text))
  }
}

extension JavaScriptContext {
  /// The value of one of the runner's own scripts, such as `runtime` for `runtime.js`.
  func evaluate(script name: String) throws(JavaScriptException) -> JSValueRef {
    guard let text = JavaScriptText.runtimeScript(name) else {
      throw JavaScriptException(value: nil, description: "the script \(name).js is missing")
    }
    return try evaluate(text, name: "\(name).js")
  }
}
