import AdaptorCore

/// Writes help pages from what commands declare.
struct Help {
  let tool: Tool

  private static let width = 92
  private static let indent = 30

  /// The page of the tool itself.
  var overview: String {
    let commands = tool.commands.map { Self.row($0.name, $0.summary) }.joined(separator: "\n")
    return """
      \(tool.name) runs OpenFn job files and workflows, natively.

      Usage:
        \(tool.name) job.js -a http -s state.json -o out.json
        \(tool.name) workflow.json

      Commands:
      \(commands)

      '\(tool.name) COMMAND --help' explains a command; 'run' may be left out.
      Adaptors: \(tool.catalog.adaptors.map { $0.manifest.name }.joined(separator: ", "))
      """
  }

  /// The page of one command.
  func page(_ command: any Command) -> String {
    var parts = ["\(tool.name) \(command.name): \(command.summary)"]
    parts.append(
      "Usage:\n" + command.usage.map { "  \(tool.name) \($0)" }.joined(separator: "\n"))
    if !command.discussion.isEmpty { parts.append(command.discussion) }
    let flags = command.flags.filter { !$0.isIgnored }
    parts.append(Self.table("Flags:", flags))
    let ignored = command.flags.filter(\.isIgnored)
    if !ignored.isEmpty {
      parts.append(Self.table("Flags of OpenFn that are accepted and change nothing:", ignored))
    }
    return parts.joined(separator: "\n\n")
  }

  private static func table(_ title: String, _ flags: [Flag]) -> String {
    ([title]
      + flags.map { flag in
        row(flag.names.joined(separator: ", ") + (flag.value.map { " \($0)" } ?? ""), flag.summary)
      }).joined(separator: "\n")
  }

  /// A name and its explanation, wrapped beside it.
  static func row(_ name: String, _ text: String) -> String {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > width - indent, lines != [""] {
        lines.append("")
      }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    let margin = String(repeating: " ", count: indent)
    let label = "  \(name)"
    let first = label.count < indent ? label + margin.dropFirst(label.count) : "\(label)\n\(margin)"
    return first + lines.joined(separator: "\n" + margin)
  }
}
