import AdaptorCore

/// The state that a plan starts with.
public enum RunInput: Sendable {
  /// JSON text.
  case json(RawJSON)
  /// A JSON file, by its path. A large one is read piece by piece while it is parsed.
  case file(String)

  /// The input with its text, unless that is large. A pipe can be read only once.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  func opened() throws(AdaptorError) -> RunInput {
    guard case .file(let path) = self, try FileSystem.size(of: path) < DocumentAssembly.largeSize
    else {
      return self
    }
    return .json(RawJSON(try FileSystem.read(path)))
  }

  /// The input of the first step.
  var stepInput: StepInput {
    switch self {
    case .json(let json): .text(JavaScriptText(json.withoutMark))
    case .file(let path): .file(path)
    }
  }

  /// Says what is wrong with an input that is not JSON.
  ///
  /// - Throws: `AdaptorError` with code `.malformedJSON`.
  func check() throws(AdaptorError) {
    switch self {
    case .json(let json): _ = try json.parsed()
    case .file(let path): _ = try JSON(parsing: try FileSystem.read(path))
    }
  }
}

extension RawJSON {
  /// The text without a byte order mark, which the engine's parser refuses.
  var withoutMark: [UInt8] {
    bytes.starts(with: DocumentCutter.mark) ? Array(bytes.dropFirst(3)) : bytes
  }
}
