import Foundation
import Testing

/// The two ends of a pipe.
struct Ends: Sendable {
  let read: Int32
  let write: Int32

  init() throws {
    var pair: [Int32] = [-1, -1]
    try #require(pipe(&pair) == 0)
    (read, write) = (pair[0], pair[1])
  }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Foundation.write(write, bytes, bytes.count)
  }

  func receive() -> String {
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = Foundation.read(read, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }

  func close() {
    Foundation.close(read)
    Foundation.close(write)
  }
}
