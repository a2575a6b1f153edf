/// Compact JSON text laid out as `JSON.stringify(value, null, 2)` does, piece by piece: a line for each
/// member and element, two spaces a level.
///
/// The text is not parsed, and its layout is never whole in memory.
public struct IndentedJSON: Sequence, IteratorProtocol {
  private let text: [UInt8]
  private var piece: [UInt8] = []
  private var depth = 0
  private var index = 0
  /// Where the part of the text begins that has not been copied.
  private var start = 0
  private static let pieceSize = 1 << 16

  /// - Parameter compact: well-formed JSON text without white space, as engines write it.
  public init(_ compact: [UInt8]) { text = compact }

  /// The next piece, of some 64 KB; nil at the end.
  public mutating func next() -> [UInt8]? {
    guard start < text.count else { return nil }
    piece = []
    piece.reserveCapacity(Self.pieceSize + 1024)
    while index < text.count, piece.count < Self.pieceSize { step() }
    if index >= text.count { copy(to: text.count) }
    return piece
  }

  private mutating func step() {
    switch text[index] {
    case UInt8(ascii: "\""): return skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): open()
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      copy(to: index)
      newLine()
    case UInt8(ascii: ","):
      copy(to: index + 1)
      newLine()
    case UInt8(ascii: ":"):
      copy(to: index + 1)
      piece.append(0x20)
    default: break
    }
    index += 1
  }

  /// Begins a container; one that is empty is passed over.
  private mutating func open() {
    let next = index + 1
    if next < text.count, text[next] == text[index] + 2 {
      index = next
      return
    }
    depth += 1
    copy(to: next)
    newLine()
  }

  /// Goes on behind the string that begins here.
  private mutating func skipString() {
    text.withUnsafeBufferPointer { text in
      index += 1
      while index < text.count, text[index] != UInt8(ascii: "\"") {
        index += text[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      index += 1
    }
  }

  private mutating func copy(to end: Int) {
    piece.append(contentsOf: text[start..<end])
    start = end
  }

  private mutating func newLine() {
    piece.append(0x0A)
    piece.append(contentsOf: repeatElement(0x20, count: 2 * depth))
  }
}
