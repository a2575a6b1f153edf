import AdaptorCore
import AdaptorTesting
import Foundation
import Synchronization
import Testing

@testable import AdaptorHTTP

/// Bodies that go to files, come from files, or pass through compressed.
@Suite struct TransferTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "transfer-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func tester(_ server: StubServer, cache: Bool = false) throws -> OperationTester<HTTP> {
    try OperationTester(
      HTTP.self, configuration: ["baseUrl": .string(server.url)],
      files: FileFolder(folder.path), cache: cache ? FileFolder(folder.path) : nil)
  }

  private func content(_ name: String) -> String? {
    (try? Data(contentsOf: folder.appending(path: name))).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func put(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  private static let sum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

  @Test func whatIsPrivateIsForTheUserAlone() throws {
    let place = FileFolder(folder.path, isPrivate: true)
    var file = try place.replacement(of: "kept/answer")
    try file.write(Array("a".utf8))
    try file.commit()
    func mode(_ name: String) throws -> Int? {
      let path = folder.appending(path: name).path
      let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      return (found as? NSNumber)?.intValue
    }
    #expect(try mode("kept") == 0o700)
    #expect(try mode("kept/answer") == 0o600)
  }

  @Test func aBodyIsSaved() async throws {
    let server = try StubServer { _ in .text("hello") }
    defer { server.stop() }
    let state = try await tester(server).run("get", ["/x", ["saveAs": "a/b.txt"]])
    #expect(state.data == ["path": "a/b.txt", "size": 5, "sha256": .string(Self.sum)])
    #expect(state["response"]["statusCode"] == 200)
    #expect(content("a/b.txt") == "hello")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a") == ["b.txt"])
  }

  @Test func aWrongChecksumLeavesTheOldFile() async throws {
    let server = try StubServer { _ in .text("hellO") }
    defer { server.stop() }
    try put("old", "b.txt")
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run(
        "get", ["/x", ["saveAs": ["path": "b.txt", "sha256": .string(Self.sum)]]])
    }
    #expect(error?.details["code"] == "CHECKSUM_MISMATCH")
    #expect(content("b.txt") == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.txt"])
  }

  @Test func anErrorIsNotSaved() async throws {
    let server = try StubServer { _ in .text("nothing here", status: 404) }
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/x", ["saveAs": "b.txt"]])
    }
    #expect(error?.details["body"] == "nothing here")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test(arguments: ["../x", "/etc/x", "a/../../x", "", "a//b", "./x", "link/x", "a\0b"])
  func noNameLeadsOutOfTheFolder(_ name: String) async throws {
    let server = try StubServer { _ in .text("hello") }
    defer { server.stop() }
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "link"), withDestinationURL: URL(filePath: "/tmp"))
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/x", ["saveAs": .string(name)]])
    }
    #expect(error?.code == .file)
    #expect(server.requests.isEmpty)
  }

  @Test func filesNeedAFolder() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await OperationTester(HTTP.self).run("get", ["http://127.0.0.1:9/", ["saveAs": "x"]])
    }
    #expect(
      error?.message == "files need a folder that the job may use: run it with --files FOLDER")
  }

  @Test func theRestIsAskedForLater() async throws {
    let server = try StubServer { request in
      request.headers["range"] == nil
        ? .raw("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 5\r\n\r\nhel")
        : .text("lo", status: 206, headers: ["ETag": "\"v1\"", "Content-Range": "bytes 3-4/5"])
    }
    defer { server.stop() }
    let options: JSON = ["saveAs": ["path": "b.txt", "resume": true]]
    let error = await #expect(throws: AdaptorError.self) {
      try await tester(server).run("get", ["/x", options])
    }
    #expect(error?.details["code"] == "UND_ERR_SOCKET")
    let state = try await tester(server).run("get", ["/x", options])
    #expect(state.data["sha256"].string == Self.sum)
    #expect(server.requests.last?.headers["range"] == "bytes=3-")
    #expect(server.requests.last?.headers["if-range"] == "\"v1\"")
    #expect(content("b.txt") == "hello")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.txt"])
  }

  private static let broken =
    "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 5\r\n\r\nhel"

  /// Saves with `resume` after a first try that broke off.
  private func resumed(
    _ respond: @escaping @Sendable (StubServer.Request, Int) -> StubServer.Response
  ) async throws -> (State, [StubServer.Request]) {
    let tries = Counter()
    let server = try StubServer { respond($0, tries.next()) }
    defer { server.stop() }
    let state = try await tester(server).run(
      "get",
      [
        "/x",
        ["saveAs": ["path": "b.txt", "resume": true], "retry": ["attempts": 3, "backoff": 1]],
      ])
    return (state, server.requests)
  }

  @Test func anotherVersionIsNotAddedToTheFirst() async throws {
    let (state, requests) = try await resumed { request, number in
      if number == 1 { return .raw(Self.broken) }
      // A server that does not heed If-Range.
      return request.headers["range"] == nil
        ? .text("HELLO", headers: ["ETag": "\"v2\""])
        : .text("LO", status: 206, headers: ["ETag": "\"v2\"", "Content-Range": "bytes 3-4/5"])
    }
    #expect(state.data["size"] == 5)
    #expect(content("b.txt") == "HELLO")
    #expect(requests.map { $0.headers["range"] } == [nil, "bytes=3-", nil])
  }

  @Test func aPartIsNotTakenForTheWhole() async throws {
    let error = await #expect(throws: AdaptorError.self) {
      try await resumed { _, number in
        number == 1
          ? .raw(Self.broken)
          : .text("l", status: 206, headers: ["ETag": "\"v1\"", "Content-Range": "bytes 3-3/5"])
      }
    }
    #expect(error?.details["code"] == "INCOMPLETE_BODY")
    #expect(content("b.txt") == nil)
  }

  @Test func aServerThatIsDownForAWhileCostsNothing() async throws {
    let (state, requests) = try await resumed { _, number in
      switch number {
      case 1: .raw(Self.broken)
      case 2: .text("later", status: 503)
      default:
        .text("lo", status: 206, headers: ["ETag": "\"v1\"", "Content-Range": "bytes 3-4/5"])
      }
    }
    #expect(state.data["sha256"].string == Self.sum)
    #expect(requests.map { $0.headers["range"] } == [nil, "bytes=3-", "bytes=3-"])
  }

  @Test func theRestIsAskedForBehindARedirect() async throws {
    let (state, _) = try await resumed { request, number in
      if request.target == "/x" {
        return .text("", status: 302, headers: ["Location": "/y\(number)"])
      }
      return request.headers["range"] == nil
        ? .raw(Self.broken)
        : .text("lo", status: 206, headers: ["ETag": "\"v1\"", "Content-Range": "bytes 3-4/5"])
    }
    #expect(state.data["sha256"].string == Self.sum)
  }

  @Test func aFileIsSentWhileItIsRead() async throws {
    let text = String(repeating: "0123456789", count: 100_000)
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    try put(text, "big.txt")
    _ = try await tester(server).run("put", ["/x", .null, ["sendFile": "big.txt"]])
    let request = try #require(server.requests.first)
    #expect(request.text == text)
    #expect(request.headers["content-length"] == "1000000")
    #expect(request.headers["content-type"] == "application/octet-stream")
  }

  @Test func aFileIsAPartOfAForm() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    try put("scanned", "scan.txt")
    _ = try await tester(server).run(
      "post", ["/x", ["a": 1], ["files": ["scan": ["path": "scan.txt"]]]])
    let text = try #require(server.requests.first).text
    #expect(text.contains("name=\"scan\"; filename=\"scan.txt\""))
    #expect(text.contains("\r\n\r\nscanned\r\n"))
  }

  @Test func aBodyIsSentCompressed() async throws {
    let server = try StubServer { _ in .json([:]) }
    defer { server.stop() }
    _ = try await tester(server).run("post", ["/x", [1, 2, 3], ["compress": "gzip"]])
    let request = try #require(server.requests.first)
    #expect(request.headers["content-encoding"] == "gzip")
    #expect(request.headers["content-type"] == "application/json")
    #expect(request.body.starts(with: [0x1F, 0x8B, 8]))
  }

  @Test func anAnswerThatStillHoldsComesFromTheCache() async throws {
    let server = try StubServer { request in
      request.headers["if-none-match"] == "\"v1\""
        ? .text("", status: 304, headers: ["ETag": "\"v1\"", "X-Seen": "again"])
        : .text(
          #"{"a":1}"#, headers: ["ETag": "\"v1\"", "Content-Type": "application/json"])
    }
    defer { server.stop() }
    for round in 1...2 {
      let state = try await tester(server, cache: true).run("get", ["/x", ["cache": true]])
      #expect(state.data == ["a": 1])
      #expect(state["response"]["statusCode"] == 200)
      #expect(state["response"]["headers"]["x-seen"] == (round == 2 ? "again" : .null))
    }
    _ = try await tester(server, cache: true).run(
      "get", ["/x", ["cache": true, "headers": ["Authorization": "Bearer another"]]])
    #expect(server.requests.map { $0.headers["if-none-match"] } == [nil, "\"v1\"", nil])
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
