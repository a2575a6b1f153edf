import AdaptorCore
import Synchronization

/// Where the rows of `COPY … TO STDOUT` go: into memory, or into a file that takes its place at the end.
final class CopySink: Sendable {
  private let file: Mutex<FileReplacement?>
  private let kept = Mutex<[UInt8]>([])

  init(file: consuming FileReplacement?) { self.file = Mutex(file) }

  /// What was kept in memory.
  var bytes: [UInt8] { kept.withLock { $0 } }

  /// Takes a row.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  func write(_ row: UnsafeRawBufferPointer) throws(AdaptorError) {
    kept.withLock { $0.append(contentsOf: row) }
    try flush(from: 1 << 18)
  }

  private func flush(from size: Int) throws(AdaptorError) {
    try file.withLock { (file: inout sending FileReplacement?) throws(AdaptorError) in
      guard file != nil else { return }
      let bytes = kept.withLock { kept -> [UInt8] in
        guard kept.count >= size else { return [] }
        defer { kept = [] }
        return kept
      }
      try file?.write(bytes)
    }
  }

  /// Puts the file in its place.
  ///
  /// - Returns: its size in bytes; 0 without one.
  /// - Throws: `AdaptorError` with code `.file`.
  func finish() throws(AdaptorError) -> Int {
    try flush(from: 0)
    return try file.withLock { (file: inout sending FileReplacement?) throws(AdaptorError) -> Int in
      guard let done = file.take() else { return 0 }
      let size = done.size
      try done.commit()
      return size
    }
  }
}
