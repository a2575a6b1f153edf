/// An array of texts in the binary form in which PostgreSQL receives `text[]`.
///
/// The form is: number of dimensions, whether there are nulls, type of the elements, length and
/// lower bound, each 32 bits; then every element with its length in front (-1: null).
struct TextArray: Sendable {
  private static let elementType: Int32 = 25
  private static let headerSize = 20

  private(set) var count = 0
  private var hasNulls = false
  private var body: [UInt8] = []

  /// Bytes that travel.
  var size: Int { Self.headerSize + body.count }

  /// Appends a text in UTF-8, or NULL for nil.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>?) {
    count += 1
    guard let text else {
      hasNulls = true
      body.append(bigEndian: Int32(-1))
      return
    }
    body.append(bigEndian: Int32(text.count))
    body.append(contentsOf: text)
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for word in [1, hasNulls ? 1 : 0, Self.elementType, Int32(count), 1] {
      bytes.append(bigEndian: word)
    }
    return bytes + body
  }
}
