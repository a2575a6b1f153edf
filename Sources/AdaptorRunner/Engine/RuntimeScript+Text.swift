import CJavaScriptCore
import JavaScriptRuntime

extension JavaScriptText {
  /// One of the runner's own scripts, such as `runtime` for `runtime.js`; nil for an unknown name.
  static func runtimeScript(_ name: String) -> JavaScriptText? {
    guard let text = runtime_script(name).text else { return nil }
    return JavaScriptText(owning: JSStringCreateWithUTF8CString(text))
  }
}
