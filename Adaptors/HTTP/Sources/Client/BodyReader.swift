import AdaptorCore

/// Hands a body to libcurl piece by piece, and again from any place where it must be sent twice.
///
/// Belongs to the loop's thread.
final class BodyReader {
  /// Where the bytes are.
  enum Source {
    case bytes([UInt8])
    case file(OpenFile)
    case pipe(UploadPipe)
  }

  /// What became of a wish for bytes.
  enum Reading {
    /// So many have been copied; 0: that was the end.
    case bytes(Int)
    /// They must be asked for again once the transfer goes on.
    case later
    /// `error` says why.
    case failed
  }

  private let source: Source
  private var offset = 0
  /// Why the body could not be read.
  private(set) var error: AdaptorError?

  init(_ source: Source) { self.source = source }

  /// How many bytes there are; nil: nobody knows yet.
  var size: Int? {
    switch source {
    case .bytes(let bytes): bytes.count
    case .file(let file): file.size
    case .pipe: nil
    }
  }

  var pipe: UploadPipe? {
    if case .pipe(let pipe) = source { pipe } else { nil }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading {
    do throws(AdaptorError) {
      let reading = try next(into: buffer)
      if case .bytes(let count) = reading { offset += count }
      return reading
    } catch {
      self.error = error
      return .failed
    }
  }

  private func next(into buffer: UnsafeMutableRawBufferPointer) throws(AdaptorError) -> Reading {
    switch source {
    case .bytes(let bytes):
      let end = min(offset + buffer.count, bytes.count)
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<end]))
      }
      return .bytes(end - offset)
    case .file(let file): return .bytes(try read(file, into: buffer))
    case .pipe(let pipe): return try pipe.read(into: buffer)
    }
  }

  /// A file sends what it had when it was opened, whatever has become of it.
  private func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws(AdaptorError) -> Int {
    let wanted = min(buffer.count, file.size - offset)
    let count = try file.read(at: offset, into: .init(rebasing: buffer[..<wanted]))
    guard count > 0 || wanted == 0 else {
      throw AdaptorError(.file, "'\(file.name)' became shorter while it was sent")
    }
    return count
  }

  /// Goes on from another place; false where that cannot be.
  func seek(to place: Int) -> Bool {
    if case .pipe = source { return place == offset }
    offset = place
    return true
  }

  /// No more bytes are wanted.
  func close() { pipe?.close() }
}
