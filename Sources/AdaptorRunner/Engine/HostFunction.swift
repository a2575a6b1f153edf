import AdaptorCore
import CJavaScriptCore

/// A function of a script that is written in Swift.
///
/// The context keeps it alive; the engine holds an unretained pointer to it.
final class HostFunction {
  typealias Body = (JavaScriptContext, [JSValueRef?]) throws -> JSValueRef?

  private unowned let context: JavaScriptContext
  private let body: Body

  init(context: JavaScriptContext, body: @escaping Body) {
    self.context = context
    self.body = body
  }

  // A class is immutable once made, and lives as long as the process.
  private nonisolated(unsafe) static let scriptClass: JSClassRef = {
    var definition = kJSClassDefinitionEmpty
    definition.callAsFunction = callHostFunction
    return JSClassCreate(&definition)
  }()

  func object(in reference: JSContextRef) -> JSObjectRef {
    JSObjectMake(reference, Self.scriptClass, Unmanaged.passUnretained(self).toOpaque())
  }

  fileprivate func call(
    _ arguments: [JSValueRef?], _ exception: UnsafeMutablePointer<JSValueRef?>?
  ) -> JSValueRef? {
    do {
      return try context.scoped { try body(context, arguments) ?? context.undefined }
    } catch let error as JavaScriptException {
      exception?.pointee = error.value
    } catch {
      exception?.pointee = context.error(AdaptorError.wrapping(error).message)
    }
    return nil
  }
}

private func callHostFunction(
  context: JSContextRef?, function: JSObjectRef?, this: JSObjectRef?, count: Int,
  arguments: UnsafePointer<JSValueRef?>?, exception: UnsafeMutablePointer<JSValueRef?>?
) -> JSValueRef? {
  guard let pointer = JSObjectGetPrivate(function) else { return nil }
  let host = Unmanaged<HostFunction>.fromOpaque(pointer).takeUnretainedValue()
  return host.call(Array(UnsafeBufferPointer(start: arguments, count: count)), exception)
}
