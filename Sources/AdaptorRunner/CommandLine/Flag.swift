/// A flag of a command, as its help shows it.
public struct Flag: Sendable {
  /// All spellings: `-a`, `--adaptor`, `--adaptors`.
  public let names: [String]
  /// What the value stands for in help (`FILE`); nil for a flag without value.
  public let value: String?
  /// What it does, for the help page; a few words.
  public let summary: String
  /// Accepted because OpenFn has it, and without effect here; `summary` says why.
  public let isIgnored: Bool

  /// A flag of a command.
  ///
  /// - Parameters:
  ///   - names: all spellings, dashes included; programs ask for the first long one.
  ///   - value: what the value is called in help; nil for a flag without value.
  public init(
    _ names: String..., value: String? = nil, summary: String, isIgnored: Bool = false
  ) {
    self.names = names
    self.value = value
    self.summary = summary
    self.isIgnored = isIgnored
  }

  /// The first long spelling, which programs ask for.
  var key: String { names.first { $0.hasPrefix("--") } ?? names[0] }
}
