import AdaptorCore

/// Compares what the engine made of a document with what Python did.
enum JSONComparison {
  /// - Parameters:
  ///   - answer: `{ value }` or `{ error }`.
  ///   - expected: nil for a document that is refused.
  static func engine(_ answer: JSON, _ expected: JSON?) -> String? {
    guard let expected else {
      let error = answer["error"].string ?? ""
      if error.isEmpty { return "reads what Python refuses: \(answer)" }
      return error.contains("(line ") ? nil : "refuses without a place: \(error)"
    }
    guard let value = answer.object?["value"] else { return "refuses: \(answer["error"])" }
    return isSame(value, expected) ? nil : "another value: \(value)"
  }

  private static func isSame(_ value: JSON, _ expected: JSON) -> Bool {
    switch (value, expected) {
    case (.object(let members), .object(let others)):
      // In any order: JavaScript puts keys that look like indices in front.
      return members.keys.count == others.keys.count
        && others.allSatisfy { other in
          guard let value = members[other.key] else { return false }
          // Two lone surrogates are two keys to the engine, and U+FFFD to us.
          return other.key.contains("\u{FFFD}") || isSame(value, other.value)
        }
    case (.array(let elements), .array(let others)):
      return elements.count == others.count && zip(elements, others).allSatisfy(isSame)
    case (.string(let text), .string(let other)):
      return text.utf8.elementsEqual(other.utf8)
    default:
      return isSamePlain(value, expected)
    }
  }

  private static func isSamePlain(_ value: JSON, _ expected: JSON) -> Bool {
    guard let number = expected.double else { return value == expected }
    // JavaScript has no number for 1e400: it reads Infinity and writes null.
    if !number.isFinite { return value.isNull }
    // As doubles: the engine has no others, so 2^53 + 1 is 2^53, and it writes -0 as 0.
    return value.double == number
  }
}
