import AdaptorCore

/// Finds the values of records in the JSON text of a list of them.
///
/// The text comes from this program's own side; what could be misread is refused.
struct RecordReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0
  private var groups: [RecordGroup] = []
  /// For each group, the text with which its members begin: `"name":`.
  private var keys: [[[UInt8]]] = []
  private var places: [Set<ExactKey>: Int] = [:]
  /// The group of the last record: the next one mostly looks the same.
  private var current = 0
  private var position: Int

  private init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The records of a list, by their columns.
  ///
  /// - Parameter position: where the first of them stands in the list that they are a part of.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for anything but a list of objects that
  ///   have members.
  static func groups(
    of records: RawJSON, at position: Int = 0
  ) throws(AdaptorError) -> [RecordGroup] {
    try records.bytes.withUnsafeBufferPointer { (bytes) throws(AdaptorError) in
      var reader = RecordReader(bytes, at: position)
      do throws(Fault) {
        try reader.readList()
      } catch {
        let value = try records.parsed()
        guard let reason = error.reason else { throw records.malformed("this is not JSON") }
        throw AdaptorError(
          .invalidArgument,
          reason.isEmpty ? "argument 'records' expected array, found \(value.kind)" : reason)
      }
      return reader.groups
    }
  }

  /// Why reading stopped: a sentence, an empty one for a value that is no list, nil for no JSON.
  private struct Fault: Error {
    let reason: String?
  }

  private mutating func readList() throws(Fault) {
    skipSpace()
    guard take("[") else { throw Fault(reason: "") }
    skipSpace()
    if take("]") { return }
    repeat {
      skipSpace()
      try readRecord()
      position += 1
      skipSpace()
    } while take(",")
    guard take("]") else { throw Fault(reason: nil) }
  }

  private mutating func readRecord() throws(Fault) {
    let start = index
    guard take("{") else { throw noRecord }
    let isLikeLast = groups.isEmpty ? false : try readLikeLast()
    if !isLikeLast {
      index = start + 1
      try readAny()
    }
    groups[current].positions.append(position)
  }

  /// Reads a record with the same members in the same order as the one before; false for another.
  private mutating func readLikeLast() throws(Fault) -> Bool {
    let before = groups[current].cells.count
    var isFirst = true
    for key in keys[current] {
      guard isFirst || take(","), takeKey(key) else {
        groups[current].cells.removeSubrange(before...)
        return false
      }
      isFirst = false
      groups[current].cells.append(try cell())
    }
    if take("}") { return true }
    groups[current].cells.removeSubrange(before...)
    return false
  }

  private mutating func readAny() throws(Fault) {
    var members: [(name: String, key: [UInt8], cell: Cell)] = []
    skipSpace()
    if take("}") { throw noRecord }
    repeat {
      skipSpace()
      let token = try string().token
      skipSpace()
      guard take(":") else { throw Fault(reason: nil) }
      skipSpace()
      let key = Array(bytes[token])
      members.append(
        ((try? JSON(parsing: key))?.string ?? "", key + [UInt8(ascii: ":")], try cell()))
      skipSpace()
    } while take(",")
    guard take("}") else { throw Fault(reason: nil) }
    add(members)
  }

  private mutating func add(_ members: [(name: String, key: [UInt8], cell: Cell)]) {
    let names = Set(members.map { ExactKey($0.name) })
    if let place = places[names] {
      current = place
      let cells = Dictionary(
        members.map { (ExactKey($0.name), $0.cell) }, uniquingKeysWith: { $1 })
      groups[current].cells += groups[current].columns.compactMap { cells[ExactKey($0)] }
    } else {
      current = groups.count
      places[names] = current
      keys.append(members.map(\.key))
      groups.append(RecordGroup(columns: members.map(\.name)))
      groups[current].cells = members.map(\.cell)
    }
  }

  private var noRecord: Fault {
    Fault(reason: "argument 'records' at [\(position)] expected an object with columns")
  }

  // MARK: Tokens

  private mutating func cell() throws(Fault) -> Cell {
    let start = index
    switch byte {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "{"), UInt8(ascii: "["): return try nested()
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .yes)
    case UInt8(ascii: "f"): return try word("false", .no)
    default:
      while let next = byte, next.isInNumber { index += 1 }
      guard index > start else { throw Fault(reason: nil) }
      return Cell(kind: .number, token: start..<index)
    }
  }

  private mutating func word(_ text: String, _ kind: Cell.Kind) throws(Fault) -> Cell {
    let end = index + text.utf8.count
    guard end <= bytes.count, bytes[index..<end].elementsEqual(text.utf8) else {
      throw Fault(reason: nil)
    }
    defer { index = end }
    return Cell(kind: kind, token: index..<end)
  }

  private mutating func string() throws(Fault) -> Cell {
    let start = index
    var kind = Cell.Kind.plainString
    guard take("\"") else { throw Fault(reason: nil) }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return Cell(kind: kind, token: start..<index)
      case UInt8(ascii: "\\"):
        kind = .escapedString
        index += 2
      default: index += 1
      }
    }
    throw Fault(reason: nil)
  }

  /// An array or object: up to the bracket that closes it.
  private mutating func nested() throws(Fault) -> Cell {
    let start = index
    var depth = 0
    while let next = byte {
      switch next {
      case UInt8(ascii: "\""):
        _ = try string()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      index += 1
      if depth == 0 { return Cell(kind: .nested, token: start..<index) }
    }
    throw Fault(reason: nil)
  }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func takeKey(_ key: [UInt8]) -> Bool {
    guard index + key.count <= bytes.count else { return false }
    for offset in key.indices where bytes[index + offset] != key[offset] { return false }
    index += key.count
    return true
  }

  private mutating func skipSpace() {
    while let next = byte, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 {
      index += 1
    }
  }
}
