import AdaptorCore

/// A subcommand of the tool: how it is called, and what it does.
public protocol Command: Sendable {
  var name: String { get }
  /// One line for the list of commands.
  var summary: String { get }
  /// How the command is called, one line for each form.
  var usage: [String] { get }
  /// More for its own help page; plain text.
  var discussion: String { get }
  var flags: [Flag] { get }

  /// - Returns: the exit code.
  /// - Throws: `AdaptorError`; code `.usage` makes the tool show how to get help.
  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32
}

extension Command {
  public var discussion: String { "" }
  public var flags: [Flag] { [] }

  static var help: Flag { Flag("-h", "--help", summary: "show this page") }
}
