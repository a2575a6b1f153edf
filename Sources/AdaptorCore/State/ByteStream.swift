import Synchronization

/// Bytes that arrive over time: read once, piece by piece, by one reader.
///
/// The source is told to wait while nobody reads, so that memory does not grow with the stream.
public struct ByteStream: Sendable {
  private let read: @Sendable () async throws -> [UInt8]?
  private let stop: @Sendable () -> Void
  /// Whether a reader may ask for the next piece while it works on one.
  public let readAhead: ReadAhead

  /// What a reader that works on one piece may do about the next.
  public enum ReadAhead: Sendable {
    /// Nothing: to ask would mix with what else it does at the source.
    case never
    /// Ask. When that fails, what else it does at the source may be why: asked again later, the source may have it.
    case tentative
    /// Ask.
    case always
  }

  /// A stream over a source.
  ///
  /// - Parameters:
  ///   - read: the next piece, of any size but zero; nil at the end, and from then on.
  ///   - stop: lets go of the source; called at any time, more than once, and also after the end.
  ///   - readAhead: see the property.
  public init(
    read: @escaping @Sendable () async throws -> [UInt8]?, stop: @escaping @Sendable () -> Void,
    readAhead: ReadAhead = .always
  ) {
    self.read = read
    self.stop = stop
    self.readAhead = readAhead
  }

  /// A stream of what is there already.
  public init(_ bytes: [UInt8]) {
    let rest = Mutex<[UInt8]?>(bytes.isEmpty ? nil : bytes)
    self.init(
      read: {
        rest.withLock { rest in
          defer { rest = nil }
          return rest
        }
      }, stop: {})
  }

  /// Waits for the next piece; nil at the end.
  ///
  /// - Throws: what the source meets, as `AdaptorError`.
  public func next() async throws(AdaptorError) -> [UInt8]? {
    do {
      return try await read()
    } catch {
      throw AdaptorError.wrapping(error)
    }
  }

  /// Lets go of the source; what has not been read is lost.
  public func cancel() { stop() }

  /// Everything that is left, in one piece.
  ///
  /// - Throws: as `next`.
  public func collect() async throws(AdaptorError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await next() { bytes += piece }
    return bytes
  }
}
