import CJavaScriptCore

/// Checks data against JSON Schemas, in a global context of its own.
///
/// A library makes code from schemas, which the contexts of a step must not. This one holds nothing but
/// validators; only JSON text goes in and out.
final class SchemaValidator {
  private let context: JavaScriptContext
  private let validate: JSObjectRef

  init(group: JSContextGroupRef, libraries: NodeLibraries) throws {
    context = JavaScriptContext(group: group)
    validate = try context.scoped { [context] in
      let host = context.object([
        (
          "readLibrary",
          { try $0.value(JavaScriptText(libraries.read($0.description($1[0])))) }
        ),
        ("evaluate", { try $0.evaluate($0.text($1[0])!, name: $0.description($1[1])) }),
        ("script", { try $0.evaluate(script: $0.description($1[0])) }),
      ])
      let parts = try ["schema", "libraries"].map { try context.evaluate(script: $0) }
      return context.keep(try context.call(parts[0], [host, parts[1]]))
    }
  }

  /// The errors of `data` as JSON text; nil when it is valid.
  ///
  /// - Throws: `JavaScriptException` when the schema is none.
  func errors(
    of data: JavaScriptText, under schema: JavaScriptText
  ) throws(JavaScriptException) -> JavaScriptText? {
    try context.scoped { () throws(JavaScriptException) in
      let arguments = [context.value(schema), context.value(data)]
      return context.text(try context.call(validate, arguments))
    }
  }
}
