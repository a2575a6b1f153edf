/// Points and circles (PostgreSQL manual, 8.8): `(1,2)` and `<(1,2),3>`.
enum Geometry {
  /// The numbers in their order, one for each name; nil when the text has not as many.
  static func numbers(
    _ bytes: UnsafeBufferPointer<UInt8>, names: [StaticString]
  ) -> [(name: StaticString, text: String)]? {
    let pieces = bytes.split { "(),<>".utf8.contains($0) }.map {
      String(decoding: $0, as: UTF8.self)
    }
    guard pieces.count == names.count else { return nil }
    return zip(names, pieces).map { ($0, Double($1)?.isFinite == true ? $1 : "null") }
  }
}
