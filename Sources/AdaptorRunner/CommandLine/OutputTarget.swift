import AdaptorCore

/// Where a run's final state goes.
enum OutputTarget {
  case standardOutput
  case file(String)

  init(_ arguments: ParsedArguments, path: String) {
    if arguments.has("--output-stdout") {
      self = .standardOutput
    } else {
      self = .file(
        arguments.value("--output-path")
          ?? FileSystem.resolve("output.json", in: FileSystem.directory(of: path)))
    }
  }

  /// Writes a state, which is laid out for people on the way.
  func write(_ state: [UInt8], _ log: TerminalLog) throws(AdaptorError) {
    switch self {
    case .standardOutput:
      let bytes = IndentedJSON(state).reduce(into: [UInt8]()) { $0 += $1 }
      let text = "Result:\n\(String(decoding: bytes, as: UTF8.self))"
      try log.writeResult(LogLine(.cli, .always, text))
    case .file(let path):
      try FileSystem.makeDirectory(FileSystem.directory(of: path))
      try FileSystem.write(IndentedJSON(state), to: path)
      log.write(LogLine(.cli, .success, "State written to \(path)"))
    }
  }
}
