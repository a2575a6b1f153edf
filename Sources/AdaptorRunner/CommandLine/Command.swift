import AdaptorCore

/// A subcommand of the tool: how it is called, and what it does.
public protocol Command: Sendable {
  /// The word that calls it, after the tool's own name.
  var name: String { get }
  /// One line for the list of commands.
  var summary: String { get }
  /// How the command is called, one line for each form.
  var usage: [String] { get }
  /// More for its own help page; plain text.
  var discussion: String { get }
  /// All flags it understands; an unknown one is an error of usage.
  var flags: [Flag] { get }

  /// Does what the command is for.
  ///
  /// - Parameters:
  ///   - arguments: the words after the command's name, checked against `flags`.
  ///   - tool: the program around it, for its adaptors and its output.
  /// - Returns: the exit code, 0 for success.
  /// - Throws: `AdaptorError`; code `.usage` makes the tool show how to get help.
  func run(_ arguments: ParsedArguments, _ tool: Tool) async throws(AdaptorError) -> Int32
}

extension Command {
  /// Nothing more than the summary and the flags.
  public var discussion: String { "" }
  /// No flags at all; even `--help` is shown by the tool.
  public var flags: [Flag] { [] }

  static var help: Flag { Flag("-h", "--help", summary: "show this page") }
}
