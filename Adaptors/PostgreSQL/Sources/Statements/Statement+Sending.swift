import AdaptorCore
import CLibpq

extension Statement {
  /// The number of `text[]` in `pg_type`.
  private static let textArrayType: Oid = 1009

  /// Hands the statement to libpq, which sends it as far as the socket takes it.
  ///
  /// - Throws: `AdaptorError` for a zero byte, which PostgreSQL cannot hold, and for a connection
  ///   that takes nothing.
  func send(to libpq: Libpq) throws(AdaptorError) {
    try checkForZeroBytes()
    let sent =
      switch route {
      case .script: PQsendQuery(libpq.pointer, text)
      case .single, .prepared: send(to: libpq, BoundBytes(parameters))
      }
    if sent != 1 { throw libpq.lostError }
  }

  private func send(to libpq: Libpq, _ bound: BoundBytes) -> Int32 {
    let count = Int32(parameters.count)
    return bound.withPointers { values in
      if case .prepared(let name) = route {
        return PQsendQueryPrepared(
          libpq.pointer, name, count, values, bound.lengths, bound.formats, 0)
      }
      return PQsendQueryParams(
        libpq.pointer, text, count, bound.types, values, bound.lengths, bound.formats, 0)
    }
  }

  private func checkForZeroBytes() throws(AdaptorError) {
    let hasZero = parameters.contains { parameter in
      if case .text(let text) = parameter { text.utf8.contains(0) } else { false }
    }
    if hasZero || text.utf8.contains(0) {
      throw DatabaseError.client(
        .characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": 0x00")
    }
  }

  /// Parameters laid out for C.
  private struct BoundBytes {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []
    private(set) var types: [Oid] = []

    init(_ parameters: [BoundValue]) {
      for parameter in parameters {
        switch parameter {
        case .null: append(nil, type: 0, format: 0)
        case .text(let text): append(Array(text.utf8) + [0], type: 0, format: 0)
        case .texts(let array): append(array.bytes, type: textArrayType, format: 1)
        }
      }
    }

    private mutating func append(_ value: [UInt8]?, type: Oid, format: Int32) {
      offsets.append(value == nil ? nil : bytes.count)
      bytes += value ?? []
      lengths.append(Int32(value?.count ?? 0))
      types.append(type)
      formats.append(format)
    }

    func withPointers(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Int32) -> Int32 {
      bytes.withUnsafeBytes { buffer in
        let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
        let pointers = offsets.map { offset in
          offset.flatMap { offset in start.map { $0 + offset } }
        }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
      }
    }
  }
}
