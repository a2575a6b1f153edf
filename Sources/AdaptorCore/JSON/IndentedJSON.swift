/// Compact JSON text laid out as `JSON.stringify(value, null, 2)` does, piece by piece: a line for each
/// member and element, two spaces a level.
///
/// The text is not parsed, and its layout is never whole in memory.
public struct IndentedJSON: Sequence, IteratorProtocol {
  private let text: [UInt8]
  private var position = Position()
  private static let pieceSize = 1 << 16

  /// - Parameter compact: well-formed JSON text without white space, as engines write it.
  public init(_ compact: [UInt8]) { text = compact }

  /// The next piece, of some 64 KB; nil at the end.
  public mutating func next() -> [UInt8]? {
    guard position.start < text.count else { return nil }
    return text.withUnsafeBufferPointer { text in
      // Local, so that a step costs no counting of references.
      var layout = Layout(text: text, position: position)
      layout.piece.reserveCapacity(Self.pieceSize + 1024)
      while layout.position.index < text.count, layout.piece.count < Self.pieceSize {
        layout.step()
      }
      if layout.position.index >= text.count { layout.copy(to: text.count) }
      position = layout.position
      return layout.piece
    }
  }
}

/// How far the layout has come.
private struct Position {
  var depth = 0
  var index = 0
  /// Where the part of the text begins that has not been copied.
  var start = 0
}

/// A piece that is being laid out.
private struct Layout {
  let text: UnsafeBufferPointer<UInt8>
  var position: Position
  var piece: [UInt8] = []

  private static let lineStart = [0x0A] + [UInt8](repeating: 0x20, count: 64)

  mutating func step() {
    let index = position.index
    switch text[index] {
    case UInt8(ascii: "\""): return skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): open()
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      position.depth -= 1
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
    position.index += 1
  }

  /// Begins a container; one that is empty is passed over.
  private mutating func open() {
    let next = position.index + 1
    if next < text.count, text[next] == text[position.index] + 2 {
      position.index = next
      return
    }
    position.depth += 1
    copy(to: next)
    newLine()
  }

  /// Goes on behind the string that begins here.
  private mutating func skipString() {
    var index = position.index + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    position.index = index + 1
  }

  mutating func copy(to end: Int) {
    piece.append(contentsOf: UnsafeBufferPointer(rebasing: text[position.start..<end]))
    position.start = end
  }

  private mutating func newLine() {
    let spaces = 2 * position.depth
    Self.lineStart.withUnsafeBufferPointer {
      piece.append(contentsOf: UnsafeBufferPointer(rebasing: $0.prefix(spaces + 1)))
    }
    let rest = spaces + 1 - Self.lineStart.count
    if rest > 0 { piece.append(contentsOf: repeatElement(0x20, count: rest)) }
  }
}
