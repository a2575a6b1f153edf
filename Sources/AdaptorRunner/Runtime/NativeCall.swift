/// Names a call of a native operation: the step it belongs to, and its number there.
struct NativeCall: Sendable {
  let execution: ObjectIdentifier
  let number: Int
}
