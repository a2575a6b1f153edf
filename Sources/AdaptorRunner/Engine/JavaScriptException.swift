import CJavaScriptCore

/// What a script threw, or nothing when the engine stopped it.
struct JavaScriptException: Error {
  /// Belongs to the engine's thread, where these errors are caught.
  nonisolated(unsafe) let value: JSValueRef?
  let description: String
}
