import AdaptorCore

/// The words of a command line, sorted into flags and operands.
public struct ParsedArguments: Sendable {
  private var values: [String: [String]] = [:]
  /// The words that are not flags, in order.
  public private(set) var operands: [String] = []
  /// Flags that were given and have no effect.
  public private(set) var ignored: [Flag] = []

  /// Sorts the words: `--flag value` and `--flag=value` are the same, `--` ends the flags.
  ///
  /// - Parameters:
  ///   - words: what follows the command's name.
  ///   - flags: those that the command understands.
  /// - Throws: `AdaptorError` with code `.usage` for an unknown flag, a missing value, or one too
  ///   many.
  public init(_ words: [String], flags: [Flag]) throws(AdaptorError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      if word == "-" || !word.hasPrefix("-") {
        operands.append(word)
      } else {
        try take(word, &rest, flags)
      }
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>, _ flags: [Flag]
  ) throws(AdaptorError) {
    var parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    var name = Self.hyphenated(String(parts[0]))
    if let short = Self.attached(word, flags) {
      (name, parts) = (short.name, [word[...], short.value])
    }
    if Self.isNegation(name, flags) { return }
    guard let flag = flags.first(where: { $0.names.contains(name) }) else {
      // One letter is near to every other.
      let candidates = name.hasPrefix("--") ? flags.flatMap(\.names) : []
      throw AdaptorError(
        .usage, "unknown flag '\(parts[0])'.\(name.suggestion(from: candidates))")
    }
    if flag.isIgnored { ignored.append(flag) }
    guard let placeholder = flag.value else {
      guard parts.count == 1 || flag.isIgnored else {
        throw AdaptorError(.usage, "'\(name)' takes no value")
      }
      values[flag.key, default: []].append("")
      return
    }
    if parts.count == 2 {
      values[flag.key, default: []].append(String(parts[1]))
    } else if let value = rest.popFirst() {
      values[flag.key, default: []].append(value)
    } else {
      throw AdaptorError(.usage, "'\(name)' needs a value: \(name) \(placeholder)")
    }
  }

  /// `--state-path` for `--statePath`, as yargs takes it.
  private static func hyphenated(_ name: String) -> String {
    guard name.hasPrefix("--") else { return name }
    return name.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
  }

  /// `-a` and `http` of `-ahttp`; nil for other words.
  private static func attached(_ word: String, _ flags: [Flag]) -> (name: String, value: Substring)?
  {
    let (name, value) = (String(word.prefix(2)), word.dropFirst(2))
    guard !word.hasPrefix("--"), let first = value.first, first != "=",
      flags.contains(where: { $0.names.contains(name) && $0.value != nil })
    else { return nil }
    return (name, value)
  }

  /// Whether this is `--no-x` for a flag `--x` without value: what is not asked for anyway.
  private static func isNegation(_ name: String, _ flags: [Flag]) -> Bool {
    guard name.hasPrefix("--no-"), !flags.contains(where: { $0.names.contains(name) }) else {
      return false
    }
    let positive = "--" + name.dropFirst(5)
    return flags.contains { $0.names.contains(positive) && $0.value == nil }
  }

  /// Checks that there are at most so many words besides the flags.
  ///
  /// - Throws: `AdaptorError` with code `.usage` for an operand too many.
  public func expect(atMost count: Int) throws(AdaptorError) {
    guard operands.count <= count else {
      throw AdaptorError(.usage, "'\(operands[count])' is one word too many")
    }
  }

  /// Whether a flag was given.
  ///
  /// - Parameter key: its first long spelling, as for the other two: `--adaptor`.
  public func has(_ key: String) -> Bool { values[key] != nil }

  /// The last value of a flag; nil when it was not given.
  public func value(_ key: String) -> String? { values[key]?.last }

  /// All values of a flag that may be repeated, in their order.
  public func all(_ key: String) -> [String] { values[key] ?? [] }
}
