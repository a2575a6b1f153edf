import CJavaScriptCore

/// A global object of its own, with the values that live in it.
///
/// Belongs to the engine's thread. The engine's collector does not see Swift's heap, so every value
/// made here is protected: until the end of the `scoped` call around it, or with `keep(_:)` for the life
/// of the context.
final class JavaScriptContext {
  let reference: JSGlobalContextRef
  private var functions: [HostFunction] = []
  private var kept: [JSValueRef] = []
  private var idleHandler: JSObjectRef?
  /// Protected until the scope ends in which they were made.
  private var temporaries: [JSValueRef] = []

  init(group: JSContextGroupRef) {
    reference = JSGlobalContextCreateInGroup(group, nil)
  }

  deinit {
    if let idleHandler { JSGlobalContextSetUnhandledRejectionCallback(reference, idleHandler, nil) }
    for value in kept + temporaries { JSValueUnprotect(reference, value) }
    JSGlobalContextRelease(reference)
  }

  /// Refuses code made from text: `eval` and `Function` throw an `EvalError`.
  func disableEval() {
    let message = JavaScriptText("Code generation from strings disallowed for this context")
    message.borrow { JSGlobalContextSetEvalEnabled(reference, false, $0) }
  }

  /// Runs `body` and lets go of the values it made.
  func scoped<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure)
    -> Result
  {
    let mark = temporaries.count
    defer {
      for value in temporaries[mark...] { JSValueUnprotect(reference, value) }
      temporaries.removeSubrange(mark...)
    }
    return try body()
  }

  private func hold(_ value: JSValueRef) -> JSValueRef {
    JSValueProtect(reference, value)
    temporaries.append(value)
    return value
  }

  /// Calls `function(promise, reason)` for each rejection that nobody handles.
  ///
  /// - Parameter idle: a function of a context that lives longer. The engine protects the handler of a context for the
  ///   life of the context, which the handler itself prolongs for ever unless another takes its place at the end.
  func onUnhandledRejection(_ function: JSObjectRef, idle: JSObjectRef?) {
    idleHandler = idle
    JSGlobalContextSetUnhandledRejectionCallback(reference, function, nil)
  }

  /// Evaluates a script; line 1 of `source` is line 1 in stacks that mention `name`.
  func evaluate(_ source: JavaScriptText, name: String) throws(JavaScriptException) -> JSValueRef {
    var thrown: JSValueRef?
    let value = source.borrow { source in
      JavaScriptText(name).borrow { JSEvaluateScript(reference, source, nil, $0, 1, &thrown) }
    }
    return try unwrap(value, thrown)
  }

  /// Parses a script without running it.
  func checkSyntax(_ source: JavaScriptText) throws(JavaScriptException) {
    var thrown: JSValueRef?
    let isValid = source.borrow {
      JSCheckScriptSyntax(reference, $0, nil, 1, &thrown)
    }
    if !isValid { _ = try unwrap(nil, thrown) }
  }

  func call(
    _ function: JSObjectRef, _ arguments: [JSValueRef?]
  ) throws(JavaScriptException) -> JSValueRef {
    var thrown: JSValueRef?
    let value = JSObjectCallAsFunction(
      reference, function, nil, arguments.count, arguments, &thrown)
    return try unwrap(value, thrown)
  }

  private func unwrap(
    _ value: JSValueRef?, _ thrown: JSValueRef?
  ) throws(JavaScriptException) -> JSValueRef {
    if let value { return hold(value) }
    throw JavaScriptException(
      value: thrown, description: thrown.map { self.description($0) } ?? "terminated")
  }

  /// Lets the engine carry out what is left of an order to end scripts.
  ///
  /// An order that comes while promises are settled stays until the next script: that one would be ended
  /// in place of the job, and making another context before stops the process.
  func finishTermination() {
    let script = JavaScriptText("0")
    for _ in 0..<20 where (try? evaluate(script, name: "end")) != nil { return }
  }

  /// Protects a value for the life of this context.
  func keep(_ value: JSValueRef) -> JSValueRef {
    JSValueProtect(reference, value)
    kept.append(value)
    return value
  }

  /// The member `name` of an object.
  func member(_ name: String, of object: JSObjectRef) -> JSValueRef {
    hold(JavaScriptText(name).borrow { JSObjectGetProperty(reference, object, $0, nil) })
  }

  /// Sets the member `name` of an object.
  func set(_ name: String, of object: JSObjectRef, to value: JSValueRef?) {
    let attributes = JSPropertyAttributes(kJSPropertyAttributeNone)
    JavaScriptText(name).borrow {
      JSObjectSetProperty(reference, object, $0, value, attributes, nil)
    }
  }

  /// Deletes the member `name` of an object.
  func remove(_ name: String, of object: JSObjectRef) {
    _ = JavaScriptText(name).borrow { JSObjectDeleteProperty(reference, object, $0, nil) }
  }

  // MARK: Values

  var undefined: JSValueRef { JSValueMakeUndefined(reference) }

  func value(_ number: Int) -> JSValueRef { JSValueMakeNumber(reference, Double(number)) }

  func value(_ text: JavaScriptText) -> JSValueRef {
    hold(text.borrow { JSValueMakeString(reference, $0) })
  }

  /// The value that JSON text stands for; nil when it is malformed.
  func value(parsing json: JavaScriptText) -> JSValueRef? {
    json.borrow { JSValueMakeFromJSONString(reference, $0) }.map(hold)
  }

  /// A value as JSON text; nil for what JSON cannot hold.
  func json(_ value: JSValueRef) -> JavaScriptText? {
    JSValueCreateJSONString(reference, value, 0, nil).map(JavaScriptText.init(owning:))
  }

  /// An object without members.
  func emptyObject() -> JSObjectRef { hold(JSObjectMake(reference, nil, nil)) }

  /// An object whose members are native functions.
  func object(_ functions: [(name: String, body: HostFunction.Body)]) -> JSObjectRef {
    let object = emptyObject()
    for (name, body) in functions {
      let function = HostFunction(context: self, body: body)
      self.functions.append(function)
      set(name, of: object, to: function.object(in: reference))
    }
    return object
  }

  /// The text of a string, or nil for `undefined`.
  func text(_ value: JSValueRef?) -> JavaScriptText? {
    guard let value, !JSValueIsUndefined(reference, value) else { return nil }
    return JSValueToStringCopy(reference, value, nil).map(JavaScriptText.init(owning:))
  }

  func integer(_ value: JSValueRef?) -> Int {
    guard let value else { return 0 }
    let number = JSValueToNumber(reference, value, nil)
    return number.isFinite ? Int(number) : 0
  }

  func bool(_ value: JSValueRef?) -> Bool { value.map { JSValueToBoolean(reference, $0) } ?? false }

  /// A value for people: the text of a primitive, `Name: message` of an error.
  func description(_ value: JSValueRef?) -> String { text(value)?.string ?? "undefined" }

  /// An `Error` with this message, for a native function to throw.
  func error(_ message: String) -> JSValueRef {
    let argument: [JSValueRef?] = [value(JavaScriptText(message))]
    return JSObjectMakeError(reference, 1, argument, nil)
  }
}
