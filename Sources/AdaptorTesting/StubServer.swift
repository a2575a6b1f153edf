import AdaptorCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An HTTP/1.1 server for tests, on a free port of 127.0.0.1, that answers with what a closure says.
///
/// It keeps connections, reads bodies by `Content-Length`, and can break a connection on purpose. It is
/// no server for anything but tests.
public final class StubServer: Sendable {
  /// A request as it arrived.
  public struct Request: Sendable {
    /// `GET`, `POST`, …, as it was sent.
    public let method: String
    /// Path and query.
    public let target: String
    /// Field names in lower case.
    public let headers: [String: String]
    /// As many bytes as `Content-Length` says; none without it.
    public let body: [UInt8]
    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// What to answer.
  public enum Response: Sendable {
    /// JSON text with its media type.
    case json(JSON, status: Int = 200)
    /// Text, with these header fields and its length.
    case text(String, status: Int = 200, headers: [String: String] = ["content-type": "text/plain"])
    /// These bytes instead of a whole response, status line included, and then the end of the
    /// connection: for answers that break off.
    case raw(String)
  }

  private let listener: Int32
  /// Where the server is: `http://127.0.0.1:PORT`, without a slash at the end.
  public let url: String
  private let received = Mutex<[Request]>([])

  /// Starts the server; it stops with `stop()`.
  ///
  /// - Parameter respond: answers a request; called on several threads at a time, one a connection.
  /// - Throws: `AdaptorError` with code `.failed` when no port is free.
  public init(_ respond: @escaping @Sendable (Request) -> Response) throws(AdaptorError) {
    let (listener, port) = try Self.listen()
    self.listener = listener
    url = "http://127.0.0.1:\(port)"
    Self.spawn { self.acceptAll(respond) }
  }

  /// The requests so far, in the order in which they arrived.
  public var requests: [Request] { received.withLock { $0 } }

  /// Takes no more connections; those that are open are served until their peers close them.
  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  // MARK: Connections

  private static func listen() throws(AdaptorError) -> (listener: Int32, port: UInt16) {
    signal(SIGPIPE, SIG_IGN)
    #if canImport(Glibc)
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) + systemListen(listener)
          + getsockname(listener, address, &length)
      }
    }
    guard code == 0 else { throw AdaptorError(.failed, "no port is free for a stub server") }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private static func spawn(_ body: @escaping @Sendable () -> Void) {
    let loop = EventLoop(stackSize: 1 << 20)
    Task(executorPreference: loop) {
      body()
      loop.stop()
    }
  }

  private func acceptAll(_ respond: @escaping @Sendable (Request) -> Response) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      Self.spawn { self.serve(connection, respond) }
    }
    close(listener)
  }

  private func serve(_ connection: Int32, _ respond: (Request) -> Response) {
    defer { close(connection) }
    var reader = RequestReader(connection: connection)
    while let request = reader.next() {
      received.withLock { $0.append(request) }
      let response = respond(request)
      Self.send(Array(response.text.utf8), to: connection)
      if case .raw = response { return }
    }
  }

  private static func send(_ bytes: [UInt8], to connection: Int32) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(connection, $0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      if count <= 0 { return }
      offset += count
    }
  }
}

private func systemListen(_ listener: Int32) -> Int32 { listen(listener, 64) }

extension StubServer.Response {
  fileprivate var text: String {
    switch self {
    case .raw(let text): text
    case .json(let value, let status):
      Self.message(value.text(), status, ["content-type": "application/json"])
    case .text(let text, let status, let headers): Self.message(text, status, headers)
    }
  }

  private static func message(_ body: String, _ status: Int, _ headers: [String: String]) -> String
  {
    let fields = headers.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
    return
      "HTTP/1.1 \(status) \(status)\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}
