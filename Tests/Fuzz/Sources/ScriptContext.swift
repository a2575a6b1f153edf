import CJavaScriptCore

/// JavaScript of its own, beside the engine's: it checks syntax and calls functions on text.
final class ScriptContext {
  /// Scripts that are checked in one context: JavaScriptCore keeps something of each.
  private static let checksPerContext = 5_000

  private var reference: JSGlobalContextRef?
  private var checks = 0

  init() { reference = JSGlobalContextCreate(nil) }

  deinit { JSGlobalContextRelease(reference) }

  /// - Returns: what is wrong with a script; nil: nothing.
  func syntaxError(in code: String) -> String? {
    renewContext()
    var thrown: JSValueRef?
    let isValid = Self.lending(code) { JSCheckScriptSyntax(reference, $0, nil, 1, &thrown) }
    return isValid ? nil : text(thrown)
  }

  private func renewContext() {
    checks += 1
    guard checks % Self.checksPerContext == 0 else { return }
    JSGlobalContextRelease(reference)
    reference = JSGlobalContextCreate(nil)
  }

  /// A function that a script gives, on text.
  func function(_ script: String) throws(UsageError) -> (String) throws(UsageError) -> String {
    var thrown: JSValueRef?
    let function = Self.lending(script) {
      JSEvaluateScript(reference, $0, nil, nil, 1, &thrown)
    }
    guard let function else { throw UsageError(text(thrown)) }
    JSValueProtect(reference, function)
    return { (argument) throws(UsageError) in
      var thrown: JSValueRef?
      var arguments = [Self.lending(argument) { JSValueMakeString(self.reference, $0) }]
      let result = JSObjectCallAsFunction(self.reference, function, nil, 1, &arguments, &thrown)
      if result == nil { throw UsageError(self.text(thrown)) }
      return self.text(result)
    }
  }

  private func text(_ value: JSValueRef?) -> String {
    guard let string = JSValueToStringCopy(reference, value, nil) else { return "" }
    defer { JSStringRelease(string) }
    let units = UnsafeBufferPointer(
      start: JSStringGetCharactersPtr(string), count: JSStringGetLength(string))
    return String(decoding: units, as: UTF16.self)
  }

  private static func lending<Result>(_ text: String, _ body: (JSStringRef?) -> Result) -> Result {
    let units = Array(text.utf16)
    let string = JSStringCreateWithCharacters(units, units.count)
    defer { JSStringRelease(string) }
    return body(string)
  }
}
