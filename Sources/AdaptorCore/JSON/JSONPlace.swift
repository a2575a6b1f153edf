/// Where a value stands within the one that is decoded.
///
/// A list that grows at its end, since a decoder is made for every value and its path is wanted for errors only.
final class JSONPlace: Sendable {
  private let parent: JSONPlace?
  private let key: any CodingKey

  init(_ parent: JSONPlace?, _ key: any CodingKey) {
    self.parent = parent
    self.key = key
  }

  var path: [any CodingKey] { (parent?.path ?? []) + [key] }
}
