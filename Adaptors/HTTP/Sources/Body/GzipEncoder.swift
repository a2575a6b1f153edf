import AdaptorCore
import CZlib

/// Compresses bytes that come in pieces into one gzip stream (RFC 1952), by zlib.
final class GzipEncoder {
  /// Owned: ended in `deinit`. zlib keeps its address, so it must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private static let pieceSize = 1 << 16

  init() {
    stream.initialize(to: z_stream())
    gzip_begin(stream)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// What has become of the bytes so far, which may be nothing yet.
  func encode(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, Z_NO_FLUSH) }

  /// The rest.
  func finish() -> [UInt8] { deflate([], Z_FINISH) }

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let encoder = GzipEncoder()
    return encoder.encode(bytes) + encoder.finish()
  }

  private func deflate(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var bytes = bytes
    bytes.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = uInt(input.count)
      repeat { output += piece(flush) } while stream.pointee.avail_out == 0
    }
    return output
  }

  private func piece(_ flush: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, initialized in
      stream.pointee.next_out = buffer.baseAddress
      stream.pointee.avail_out = uInt(buffer.count)
      _ = CZlib.deflate(stream, flush)
      initialized = buffer.count - Int(stream.pointee.avail_out)
    }
  }
}

extension ByteStream {
  /// The same bytes as one gzip stream (RFC 1952).
  func gzipped() -> ByteStream {
    let encoding = GzipEncoding(source: self)
    return ByteStream(read: { try await encoding.next() }, stop: { self.cancel() })
  }
}

/// A stream while it is compressed.
private actor GzipEncoding {
  private let source: ByteStream
  private var encoder: GzipEncoder? = GzipEncoder()

  init(source: ByteStream) { self.source = source }

  func next() async throws -> [UInt8]? {
    while let encoder {
      let piece = try await source.next()
      if piece == nil { self.encoder = nil }
      let encoded = piece.map(encoder.encode) ?? encoder.finish()
      if !encoded.isEmpty { return encoded }
    }
    return nil
  }
}
