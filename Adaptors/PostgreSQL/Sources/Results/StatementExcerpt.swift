import AdaptorCore

extension AdaptorError {
  /// The error of a statement that stood inside of another, after so many characters.
  func movingPosition(by distance: Int) -> AdaptorError {
    guard let position = details["position"]?.string.flatMap(Int.init), position + distance > 0
    else { return self }
    var error = self
    error.details["position"] = .string("\(position + distance)")
    return error
  }
}

/// The line of a statement at which the server met an error, with a caret under the place.
enum StatementExcerpt {
  private static let width = 60

  /// Adds `excerpt` to an error that has a position.
  static func explaining(_ error: AdaptorError, _ text: String) -> AdaptorError {
    guard let position = error.details["position"]?.string.flatMap(Int.init),
      let excerpt = of(text, at: position)
    else { return error }
    var error = error
    error.details["excerpt"] = .string(excerpt)
    return error
  }

  /// - Parameter position: of the server: characters, from 1.
  static func of(_ text: String, at position: Int) -> String? {
    let scalars = Array(withoutLiterals(text).unicodeScalars)
    guard (1...(scalars.count + 1)).contains(position) else { return nil }
    let place = position - 1
    let start = scalars[..<place].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    let end = scalars[place...].firstIndex(of: "\n") ?? scalars.count
    let first = max(start, place - width)
    let last = min(end, place + width)
    var line = String.UnicodeScalarView()
    line.append(contentsOf: scalars[first..<last].map { $0 == "\t" ? " " : $0 })
    return "\(String(line))\n\(String(repeating: " ", count: place - first))^"
  }

  /// As long as before, with dots for what stands between single quotes: that may be anybody's data.
  private static func withoutLiterals(_ text: String) -> String {
    var isInside = false
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "'" { isInside.toggle() }
      shown.append(isInside && scalar != "'" && scalar != "\n" ? "." : scalar)
    }
    return String(shown)
  }
}
