import AdaptorCore

/// A job's source after the compiler's edits: one script expression, on the lines of the source.
struct CompiledJob: Sendable {
  /// The job as its author wrote it.
  let source: [UInt8]
  /// An async function expression that takes the job's runtime.
  let code: [UInt8]
  /// What was inserted where, to find the author's columns again: `[line, column, length]`.
  let insertions: JSON
}
