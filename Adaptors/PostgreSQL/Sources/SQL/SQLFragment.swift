import AdaptorCore

/// A piece of SQL that a job wrote, such as a column type, that cannot end the place it stands in.
///
/// It has closed quotes and parentheses, and outside of them no comma, semicolon, comment,
/// backslash or dollar sign.
struct SQLFragment: Sendable {
  let text: String

  /// - Parameter purpose: what the fragment is, for the error.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for anything that could reach further.
  init(_ text: String, _ purpose: String) throws(AdaptorError) {
    guard Self.isContained(text) else {
      throw AdaptorError(
        .invalidArgument,
        "'\(text)' cannot be used as \(purpose): quotes and parentheses must be closed, and "
          + "commas, semicolons, comments, backslashes and dollar signs are not allowed")
    }
    self.text = text
  }

  private static func isContained(_ text: String) -> Bool {
    var depth = 0
    var quote: Unicode.Scalar?
    var previous: Unicode.Scalar = " "
    for character in text.unicodeScalars {
      if character == "\\" { return false }
      if let open = quote {
        if character == open { quote = nil }
      } else {
        switch character {
        case "'", "\"": quote = character
        case "(", "[": depth += 1
        case ")", "]": depth -= 1
        case ",": if depth == 0 { return false }
        case ";", "$", "\0": return false
        case "-": if previous == "-" { return false }
        case "*": if previous == "/" { return false }
        default: break
        }
      }
      if depth < 0 { return false }
      previous = character
    }
    return depth == 0 && quote == nil && !text.trimmed.isEmpty
  }
}
