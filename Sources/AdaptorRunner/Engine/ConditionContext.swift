import CJavaScriptCore

/// A bare global context in which the conditions of edges are evaluated.
final class ConditionContext {
  private let context: JavaScriptContext

  init(group: JSContextGroupRef) {
    context = JavaScriptContext(group: group)
    context.disableEval()
  }

  /// A function of `state` and `upstreamStepId` with the condition's value.
  ///
  /// The condition is checked by itself first: it must not close the function around it.
  func compile(_ condition: String) throws(JavaScriptException) -> JSObjectRef {
    let expression = "(\(condition)\n)"
    do throws(JavaScriptException) {
      try context.checkSyntax(JavaScriptText(expression))
      return try function(returning: expression)
    } catch {
      // Not an expression alone: `true; false` is what its first part says.
      try context.checkSyntax(JavaScriptText(condition))
      return try function(returning: condition)
    }
  }

  private func function(returning body: String) throws(JavaScriptException) -> JSObjectRef {
    try context.evaluate(
      JavaScriptText("(function (state, upstreamStepId) { return \(body)\n})"), name: "condition")
  }

  func holds(
    _ condition: String, state: JavaScriptText?, upstream: String
  ) throws(JavaScriptException) -> Bool {
    let function = context.keep(try compile(condition))
    let arguments = [value(state), context.value(JavaScriptText(upstream))]
    return context.bool(try context.call(function, arguments))
  }

  func hasError(of step: String, in state: JavaScriptText?) -> Bool {
    (try? holds(
      "Object.hasOwn(state?.errors ?? {}, upstreamStepId) && state.errors[upstreamStepId]",
      state: state, upstream: step)) ?? false
  }

  private func value(_ state: JavaScriptText?) -> JSValueRef {
    state.flatMap(context.value(parsing:)) ?? context.undefined
  }
}
