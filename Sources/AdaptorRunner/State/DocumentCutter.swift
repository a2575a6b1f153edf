import AdaptorCore

/// Cuts a large JSON document (RFC 8259) into parts, so that nobody needs its text whole.
///
/// Only the structure at the cuts is checked here; whoever parses the parts checks the rest.
struct DocumentCutter {
  /// What the document is made of, in order.
  enum Part {
    /// A list begins; what follows is inside.
    case openList
    case openObject
    /// The key, as a JSON string, of the container that opens next.
    case key([UInt8])
    /// Whole elements of the open list as a list, or members of the open object as an object; where none
    /// is open, the document itself.
    case content([UInt8])
    /// The latest open container ends.
    case close
  }

  private enum Problem: Error { case malformed }

  private let read: () throws -> [UInt8]
  /// How much text a part has, about.
  private let size: Int
  private var text: [UInt8] = []
  /// Where the text begins that has not been handed on.
  private var position = 0
  private var isAtEnd = false
  /// Open containers, by their first character, from the outermost.
  private var open: [UInt8] = []
  private var hasBegun = false
  /// After a comma something must come.
  private var isChildDue = false
  /// After a container a comma must come, or the end of the one around it.
  private var isCommaDue = false
  private var pending: [Part] = []
  /// Containers further inside are not cut.
  private static let deepest = 32

  /// A byte order mark, which may stand in front.
  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// - Parameters:
  ///   - size: how many bytes a part has, about; what cannot be cut makes larger ones.
  ///   - read: the next bytes; none at the end.
  init(size: Int = 1 << 18, read: @escaping () throws -> [UInt8]) {
    self.size = size
    self.read = read
  }

  /// The next part; nil at the end.
  ///
  /// - Throws: `AdaptorError` with code `.malformedJSON`, or what reading meets.
  mutating func next() throws(AdaptorError) -> Part? {
    do {
      if !pending.isEmpty { return pending.removeFirst() }
      try fill(size)
      if open.isEmpty { return hasBegun ? try end() : try begin() }
      return try inside()
    } catch Problem.malformed {
      throw AdaptorError(.malformedJSON, "the document is not JSON")
    } catch {
      throw AdaptorError.wrapping(error)
    }
  }

  private mutating func begin() throws -> Part {
    hasBegun = true
    try fill(Self.mark.count)
    if text.starts(with: Self.mark) { position = Self.mark.count }
    try skipBlanks()
    if let part = enter() { return part }
    while !isAtEnd { try fill(2 * text.count) }
    defer { position = text.count }
    return .content(Array(text[position...]))
  }

  private mutating func end() throws -> Part? {
    try skipBlanks()
    guard position == text.count, isAtEnd else { throw Problem.malformed }
    return nil
  }

  private mutating func inside() throws -> Part {
    try skipBlanks()
    if isCommaDue { try passComma() }
    var needed = size
    while true {
      if let boundary = lastBoundary() { return try take(upTo: boundary) }
      if let part = enterChild() { return part }
      guard !isAtEnd else { throw Problem.malformed }
      needed *= 2
      try fill(needed)
    }
  }

  private mutating func passComma() throws {
    isCommaDue = false
    guard position < text.count else { throw Problem.malformed }
    if text[position] == UInt8(ascii: ",") {
      position += 1
      isChildDue = true
      try skipBlanks()
    } else if open.last.map({ $0 + 2 }) != text[position] {
      throw Problem.malformed
    }
  }

  /// Hands on the whole children before a comma or the end of the container.
  private mutating func take(upTo boundary: Int) throws -> Part {
    let isLast = text[boundary] != UInt8(ascii: ",")
    guard let first = open.last, !isLast || text[boundary] == first + 2 else {
      throw Problem.malformed
    }
    let children = text[position..<boundary]
    let isBlank = children.allSatisfy(\.isBlank)
    guard !isBlank || isLast && !isChildDue else { throw Problem.malformed }
    isChildDue = !isLast
    position = boundary + 1
    if isLast {
      open.removeLast()
      isCommaDue = !open.isEmpty
    }
    if isBlank { return .close }
    if isLast { pending.append(.close) }
    return .content(Self.container(first, children))
  }

  /// With room for the zero that ends a C string.
  private static func container(_ first: UInt8, _ children: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(children.count + 3)
    text.append(first)
    text += children
    text.append(first + 2)
    return text
  }

  /// Enters the container that is the next child; nil when it is none, or its beginning is not there yet.
  private mutating func enterChild() -> Part? {
    guard open.count < Self.deepest else { return nil }
    guard open.last == UInt8(ascii: "{") else { return enter() }
    guard let key = endOfKey() else { return nil }
    let name = Array(text[position..<key.end])
    let start = position
    position = key.value
    guard let part = enter() else {
      position = start
      return nil
    }
    pending.append(part)
    return .key(name)
  }

  private mutating func enter() -> Part? {
    guard position < text.count else { return nil }
    let first = text[position]
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return nil }
    open.append(first)
    position += 1
    isChildDue = false
    return first == UInt8(ascii: "[") ? .openList : .openObject
  }

  /// Where the key of the next member ends, and where its value begins.
  private func endOfKey() -> (end: Int, value: Int)? {
    guard position < text.count, text[position] == UInt8(ascii: "\"") else { return nil }
    let end = text.withUnsafeBufferPointer { Self.endOfString($0, position) }
    guard let colon = text[end...].firstIndex(where: { !$0.isBlank }),
      text[colon] == UInt8(ascii: ":"),
      let value = text[(colon + 1)...].firstIndex(where: { !$0.isBlank })
    else { return nil }
    return (end, value)
  }

  // MARK: The text

  /// Reads until so many bytes are waiting, or the document ends.
  private mutating func fill(_ needed: Int) throws {
    guard !isAtEnd, text.count - position < needed else { return }
    text.removeSubrange(..<position)
    position = 0
    while !isAtEnd, text.count < needed {
      let bytes = try read()
      isAtEnd = bytes.isEmpty
      text += bytes
    }
  }

  private mutating func skipBlanks() throws {
    repeat {
      while position < text.count, text[position].isBlank { position += 1 }
      try fill(1)
    } while position < text.count && text[position].isBlank
  }

  /// The last comma between children of the open container, or its end; nil when the text ends before.
  private func lastBoundary() -> Int? {
    text.withUnsafeBufferPointer { text in
      var (depth, index) = (0, position)
      var boundary: Int?
      while index < text.count {
        switch text[index] {
        case UInt8(ascii: "\""):
          index = Self.endOfString(text, index)
          continue
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
          if depth == 0 { return index }
          depth -= 1
        case UInt8(ascii: ","):
          if depth == 0 { boundary = index }
        default: break
        }
        index += 1
      }
      return boundary
    }
  }

  /// The index behind the string that begins at `start`; that of the end when it has none.
  private static func endOfString(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var index = start + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, text.count)
  }
}

extension UInt8 {
  /// White space of JSON.
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
