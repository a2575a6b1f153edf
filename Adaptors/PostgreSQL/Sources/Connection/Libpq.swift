import AdaptorCore
import CLibpq

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The owner of a libpq connection: ends it when it is released.
///
/// Belongs to the actor that made it and is used on the actor's event loop only.
final class Libpq {
  let pointer: OpaquePointer

  /// Begins to connect, without waiting.
  ///
  /// - Throws: `AdaptorError` when not even that is possible.
  init(connecting keywords: [(name: String, value: String)]) throws(AdaptorError) {
    let pointer = CStrings.withPointers(keywords.map(\.name)) { names in
      CStrings.withPointers(keywords.map(\.value)) { values in
        PQconnectStartParams(names, values, 0)
      }
    }
    guard let pointer else {
      throw DatabaseError.client(.cannotConnect, "there is no memory for a connection")
    }
    self.pointer = pointer
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    if hasFailed { throw connectError }
  }

  deinit { PQfinish(pointer) }

  /// How often a socket that keeps being readable is read before others get their turn; libpq takes 16 KiB at a time.
  private static let readsPerTurn = 64

  /// Takes in what has arrived, until a result is complete or nothing more is there.
  ///
  /// - Returns: false when the socket has failed.
  func takeIn() -> Bool {
    for _ in 0..<Self.readsPerTurn {
      guard PQconsumeInput(pointer) == 1 else { return false }
      guard PQisBusy(pointer) == 1, isReadable else { break }
    }
    return true
  }

  private var isReadable: Bool {
    var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  var socket: Int32 { PQsocket(pointer) }
  var hasFailed: Bool { PQstatus(pointer) == CONNECTION_BAD }
  var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }

  /// What libpq last said.
  var message: String { PQerrorMessage(pointer).map { String(cString: $0).trimmed } ?? "" }

  /// Why the connection could not be made.
  var connectError: AdaptorError {
    DatabaseError.connecting(message, needsPassword: PQconnectionNeedsPassword(pointer) != 0)
  }

  /// Why the connection that stood does no longer.
  var lostError: AdaptorError {
    DatabaseError.client(
      .connectionFailure,
      message.isEmpty
        ? "the connection to the database was lost" : DatabaseError.sentence(message))
  }
}

/// Strings for C, valid during a call.
enum CStrings {
  /// Calls `body` with a list of pointers that ends with a null pointer.
  static func withPointers<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let bytes = strings.flatMap { $0.utf8CString }
    return bytes.withUnsafeBufferPointer { buffer in
      var pointers: [UnsafePointer<CChar>?] = []
      var offset = 0
      for string in strings {
        pointers.append(buffer.baseAddress.map { $0 + offset })
        offset += string.utf8.count + 1
      }
      pointers.append(nil)
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
