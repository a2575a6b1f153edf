extension JSON {
  /// Lays compact JSON text out as `JSON.stringify(value, null, 2)` does: a line for each member and
  /// element, two spaces a level.
  ///
  /// - Parameter compact: well-formed JSON text without white space, as engines write it. It is not
  ///   parsed, so that a document of any size costs one copy.
  public static func indenting(_ compact: [UInt8]) -> [UInt8] {
    compact.withUnsafeBufferPointer { text in
      var indenter = JSONIndenter(text: text)
      indenter.run()
      return indenter.output
    }
  }
}

private struct JSONIndenter {
  let text: UnsafeBufferPointer<UInt8>
  private(set) var output: [UInt8] = []
  private var depth = 0
  /// Where the part of the text begins that has not been copied.
  private var start = 0

  init(text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    output.reserveCapacity(text.count + text.count / 2)
  }

  mutating func run() {
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        index = endOfString(index)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): index = open(index)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        copy(to: index)
        newLine()
      case UInt8(ascii: ","):
        copy(to: index + 1)
        newLine()
      case UInt8(ascii: ":"):
        copy(to: index + 1)
        output.append(0x20)
      default: break
      }
      index += 1
    }
    copy(to: text.count)
  }

  /// Begins a list, unless it is empty.
  ///
  /// - Returns: the index of the last character that is dealt with.
  private mutating func open(_ index: Int) -> Int {
    let next = index + 1
    if next < text.count, text[next] == text[index] + 2 { return next }
    depth += 1
    copy(to: next)
    newLine()
    return index
  }

  /// The index behind the string that begins at `index`.
  private func endOfString(_ index: Int) -> Int {
    var index = index + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index + 1
  }

  private mutating func copy(to end: Int) {
    output.append(contentsOf: text[start..<end])
    start = end
  }

  private mutating func newLine() {
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
  }
}
