import AdaptorCore
import Synchronization

/// What takes the rows of `COPY … TO STDOUT`, many at a time.
protocol CopyTarget: Sendable {
  /// Takes whole rows; the next come when it returns.
  func take(_ rows: [UInt8]) async throws(AdaptorError)
}

/// Keeps rows in memory, or in a file that takes its place at the end.
final class CopySink: CopyTarget {
  private let file: Mutex<FileReplacement?>
  private let kept = Mutex<[UInt8]>([])

  init(file: consuming FileReplacement?) { self.file = Mutex(file) }

  /// What was kept in memory.
  var bytes: [UInt8] { kept.withLock { $0 } }

  /// - Throws: `AdaptorError` with code `.file`.
  func take(_ rows: [UInt8]) throws(AdaptorError) {
    let isInFile = try file.withLock {
      (file: inout sending FileReplacement?) throws(AdaptorError) in
      try file?.write(rows)
      return file != nil
    }
    if !isInFile { kept.withLock { $0 += rows } }
  }

  /// Puts the file in its place.
  ///
  /// - Returns: its size in bytes; 0 without one.
  /// - Throws: `AdaptorError` with code `.file`.
  func finish() throws(AdaptorError) -> Int {
    try file.withLock { (file: inout sending FileReplacement?) throws(AdaptorError) -> Int in
      guard let done = file.take() else { return 0 }
      let size = done.size
      try done.commit()
      return size
    }
  }
}
