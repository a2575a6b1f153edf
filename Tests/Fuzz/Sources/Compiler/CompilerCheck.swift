import AdaptorCore

/// What must be true of the compiler's answer to any source text.
struct CompilerCheck {
  private static let labels = ["SyntaxError: ", "Lazy State Error: "]

  let jobs: JobRunner
  private let scripts = ScriptContext()

  init(jobs: JobRunner) { self.jobs = jobs }

  func verdict(on source: [UInt8]) async throws -> String? {
    let text = SourceLines(source)
    do throws(AdaptorError) {
      return fault(of: try await jobs.compile(source), text)
    } catch {
      return fault(of: error, text)
    }
  }

  /// Compiled code is a script, and every line break is where it was.
  private func fault(of code: String, _ source: SourceLines) -> String? {
    if let error = scripts.syntaxError(in: code) {
      return "compiled to what is no script: \(error)"
    }
    // The exports stand on a line of their own; a CR at the end of the source takes in the break before it.
    let isCut = source.breaks.last == "\r" && source.lines.last == ""
    let expected = isCut ? source.breaks.dropLast() + ["\r\n"] : source.breaks + ["\n"]
    let breaks = SourceLines(Array(code.utf8)).breaks
    return breaks == expected ? nil : "compiled code has other line breaks"
  }

  /// An error has code, sentence, and a place inside the source that it shows.
  private func fault(of error: AdaptorError, _ source: SourceLines) -> String? {
    let message = error.message
    guard error.code == .init("compile") else { return "error \(error.code): \(message)" }
    guard let line = error.details["line"]?.int, let column = error.details["column"]?.int else {
      return "error without a place: \(message)"
    }
    let place = " (\(line):\(column))\n"
    guard let end = message.firstRange(of: place), message.hasPrefix("job.js: ") else {
      return "error without its place in the message: \(message)"
    }
    let sentence = message[..<end.lowerBound].dropFirst("job.js: ".count)
    let label = Self.labels.first { sentence.hasPrefix($0) }
    guard let label, sentence.dropFirst(label.count).contains(where: \.isLetter) else {
      return "error without a sentence: \(message)"
    }
    if sentence.contains("JavaScriptCore: "), !isRefusedAnyway(source) {
      return "compiled to what is no script: \(message)"
    }
    return fault(line, column, excerpt: message[end.upperBound...], source).map {
      "\($0): \(message)"
    }
  }

  /// Whether the engine refuses the source itself too: acorn lets a few things pass, such as
  /// `async () => {} ? a : b`.
  private func isRefusedAnyway(_ source: SourceLines) -> Bool {
    let text = source.lines.joined(separator: "\n")
    return scripts.syntaxError(in: "(async function(){\"use strict\";\(text)\n})") != nil
  }

  private func fault(
    _ line: Int, _ column: Int, excerpt: Substring, _ source: SourceLines
  ) -> String? {
    guard source.lines.indices.contains(line - 1) else { return "the line is not in the source" }
    let text = source.lines[line - 1]
    guard (0...text.utf16.count).contains(column) else { return "the column is not in the line" }
    let shown = excerpt.prefix { $0 != "\n" }.dropFirst("\(line): ".count)
    return text.contains(shown) ? nil : "another line is shown"
  }
}
