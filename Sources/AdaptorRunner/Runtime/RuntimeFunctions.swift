import CJavaScriptCore

/// What `runtime.js` offers to the native side, for the life of its context.
struct RuntimeFunctions {
  let settle: JSObjectRef
  let settleRead: JSObjectRef
  let readList: JSObjectRef
  let fireTimer: JSObjectRef
  let hang: JSObjectRef

  init(context: JavaScriptContext, runtime: JSObjectRef) {
    settle = context.keep(context.member("settle", of: runtime))
    settleRead = context.keep(context.member("settleRead", of: runtime))
    readList = context.keep(context.member("readList", of: runtime))
    fireTimer = context.keep(context.member("fireTimer", of: runtime))
    hang = context.keep(context.member("hang", of: runtime))
  }
}
