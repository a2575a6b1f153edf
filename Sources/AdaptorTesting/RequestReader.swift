#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads requests from a connection, one after another.
struct RequestReader {
  let connection: Int32
  private var buffer: [UInt8] = []

  init(connection: Int32) { self.connection = connection }

  /// The next request; nil when the peer has closed the connection.
  mutating func next() -> StubServer.Request? {
    var headEnd = Self.headEnd(buffer)
    while headEnd == nil {
      guard receive() else { return nil }
      headEnd = Self.headEnd(buffer)
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
    let headers = Self.headers(lines.dropFirst())
    let bodyLength = headers["content-length"].flatMap(Int.init) ?? 0
    while buffer.count < headEnd + 4 + bodyLength {
      guard receive() else { return nil }
    }
    let body = Array(buffer[(headEnd + 4)..<(headEnd + 4 + bodyLength)])
    buffer.removeFirst(headEnd + 4 + bodyLength)
    let words = lines.first?.split(separator: " ").map(String.init) ?? []
    guard words.count == 3 else { return nil }
    return StubServer.Request(method: words[0], target: words[1], headers: headers, body: body)
  }

  private mutating func receive() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(connection, &chunk, chunk.count)
    guard count > 0 else { return false }
    buffer += chunk[..<count]
    return true
  }

  /// Where the empty line begins that ends the header.
  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { Array(bytes[$0..<$0 + 4]) == [13, 10, 13, 10] }
  }

  private static func headers(_ lines: ArraySlice<Substring>) -> [String: String] {
    var headers: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    return headers
  }
}
