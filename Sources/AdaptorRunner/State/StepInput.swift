import AdaptorCore

/// The state that a step starts with.
enum StepInput {
  /// What an earlier step handed on, or a small document.
  case text(JavaScriptText)
  /// A file too large to be read whole.
  case file(String)

  /// The document as text, whatever its size.
  func text() throws(AdaptorError) -> JavaScriptText {
    switch self {
    case .text(let text): text
    case .file(let path): JavaScriptText(RawJSON(try FileSystem.read(path)).withoutMark)
    }
  }
}
