import Glibc

/// The current input in a file that both processes map, so that it outlives a crash.
final class InputRecord {
  private static let headerSize = 24
  private static let capacity = 64 << 20

  private let memory: UnsafeMutableRawPointer

  /// Opens the file, or makes it.
  init(path: String) throws(UsageError) {
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    guard descriptor >= 0, ftruncate(descriptor, Self.capacity) == 0,
      let memory = mmap(nil, Self.capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw UsageError("\(path) cannot be used") }
    self.memory = memory
  }

  deinit { munmap(memory, Self.capacity) }

  /// Notes what is checked next.
  func store(_ input: [UInt8], of part: Part) {
    let length = min(input.count, Self.capacity - Self.headerSize)
    input.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { memcpy(memory + Self.headerSize, start, length) }
    }
    setWord(1, length)
    setWord(2, Part.allCases.firstIndex(of: part) ?? 0)
    setWord(0, turn + 1)
  }

  /// How often an input was noted.
  var turn: Int { word(0) }

  var part: Part { Part.allCases[word(2)] }

  /// How many bytes the input has.
  var size: Int { word(1) }

  var input: [UInt8] {
    Array(UnsafeRawBufferPointer(start: memory + Self.headerSize, count: size))
  }

  private func word(_ index: Int) -> Int { memory.load(fromByteOffset: index * 8, as: Int.self) }

  private func setWord(_ index: Int, _ value: Int) {
    memory.storeBytes(of: value, toByteOffset: index * 8, as: Int.self)
  }
}
