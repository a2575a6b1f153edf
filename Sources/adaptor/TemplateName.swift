import AdaptorCore
import AdaptorRunner

/// The name of something new, in the spellings that its files need.
struct TemplateName {
  /// `my-clinic`
  let dashed: String

  /// - Throws: `AdaptorError` with code `.usage` for anything but lower-case words and dashes.
  init(_ text: String) throws(AdaptorError) {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    let isPlain = words.allSatisfy { word in
      word.first?.isLetter == true
        && word.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
    }
    guard isPlain else {
      throw AdaptorError(
        .usage, "'\(text)' is no name; use lower-case letters, digits and dashes, such as my-clinic"
      )
    }
    dashed = text
  }

  /// `MyClinic`
  var camelCase: String {
    dashed.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
