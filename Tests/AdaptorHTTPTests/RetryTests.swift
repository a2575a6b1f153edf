import AdaptorCore
import AdaptorTesting
import Foundation
import Synchronization
import Testing

@testable import AdaptorHTTP

@Suite struct RetryTests {
  /// A server that answers the first `failures` requests with `failure`, and then with "ok".
  private func server(
    failures: Int, _ failure: StubServer.Response = .text("busy", status: 503)
  ) throws -> StubServer {
    let left = Mutex(failures)
    return try StubServer { _ in
      left.withLock { left in
        left -= 1
        return left >= 0 ? failure : .text("ok")
      }
    }
  }

  private func run(
    _ server: StubServer, _ options: JSON, _ operation: String = "get"
  ) async throws -> JSON {
    let tester = try OperationTester(
      HTTP.self, configuration: ["baseUrl": .string(server.url)])
    let arguments: [JSON] = operation == "get" ? ["/", options] : ["/", [:], options]
    return try await tester.run(operation, arguments).data
  }

  @Test func whatFailsTwiceIsSentThreeTimes() async throws {
    let server = try server(failures: 2)
    defer { server.stop() }
    #expect(try await run(server, ["retry": ["attempts": 3, "backoff": 1]]) == "ok")
    #expect(server.requests.count == 3)
  }

  @Test func theLastFailureIsToldWhole() async throws {
    let server = try server(failures: 9)
    defer { server.stop() }
    let error = await #expect(throws: AdaptorError.self) {
      try await run(server, ["retry": ["attempts": 2, "backoff": 1]])
    }
    #expect(error?.details["statusCode"] == 503)
    #expect(error?.details["body"] == "busy")
    #expect(server.requests.count == 2)
  }

  private static let unfit: [(JSON, String)] = [
    (["retry": false], "get"), ([:], "get"), (["retry": true], "post"),
    (["retry": ["statuses": [500]]], "get"), (["retry": ["methods": ["HEAD"]]], "get"),
    (["retry": 1], "get"),
  ]

  @Test(arguments: unfit)
  func whatMayNotBeSentTwiceIsNot(options: JSON, operation: String) async throws {
    let server = try server(failures: 1)
    defer { server.stop() }
    await #expect(throws: AdaptorError.self) { try await run(server, options, operation) }
    #expect(server.requests.count == 1)
  }

  @Test func namedMethodsMayBeSentTwice() async throws {
    let server = try server(failures: 1)
    defer { server.stop() }
    let options: JSON = ["retry": ["methods": ["post"], "backoff": 1]]
    #expect(try await run(server, options, "post") == "ok")
  }

  private func busy(_ retryAfter: String) -> StubServer.Response {
    .text("busy", status: 429, headers: ["content-type": "text/plain", "retry-after": retryAfter])
  }

  @Test(arguments: ["0", "Sun, 06 Nov 1994 08:49:37 GMT"])
  func retryAfterIsHonoured(field: String) async throws {
    let server = try server(failures: 1, busy(field))
    defer { server.stop() }
    let start = ContinuousClock.now
    #expect(try await run(server, ["retry": ["backoff": 60_000]]) == "ok")
    #expect(ContinuousClock.now - start < .seconds(50))
  }

  @Test(arguments: ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
  func aServerThatAsksForTooMuchIsNotAskedAgain(field: String) async throws {
    let server = try server(failures: 1, busy(field))
    defer { server.stop() }
    await #expect(throws: AdaptorError.self) { try await run(server, ["retry": true]) }
    #expect(server.requests.count == 1)
  }

  @Test func aBrokenConnectionIsTriedAgain() async throws {
    let server = try server(failures: 1, .raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1"))
    defer { server.stop() }
    #expect(try await run(server, ["retry": ["backoff": 1]]) == "ok")
  }

  @Test func delaysDoubleUpToTheLongest() throws {
    var policy = RetryPolicy()
    (policy.attempts, policy.backoff, policy.maxDelay) = (9, 100, 350)
    let request = HTTPRequest("GET", try WebURL("http://localhost"))
    let delays = (1...4).map { policy.delay(after: $0, of: request, nil) }
    #expect(delays == [100, 200, 350, 350].map { .milliseconds($0) })
    #expect(policy.delay(after: 9, of: request, nil) == nil)
  }

  @Test func theDeadlineEndsWaitingAndRetrying() async throws {
    let server = try StubServer { _ in
      usleep(3_000_000)
      return .text("late")
    }
    defer { server.stop() }
    let busy = try self.server(failures: 1000)
    defer { busy.stop() }
    let retrying: JSON = ["deadline": 50, "retry": ["attempts": 100]]
    for (server, options) in [(server, ["deadline": 50] as JSON), (busy, retrying)] {
      let error = await #expect(throws: AdaptorError.self) {
        try await run(server, options)
      }
      #expect(error?.details["code"] == "DEADLINE_EXCEEDED")
    }
  }

  @Test(
    arguments: [
      ["deadline": 1e300], ["retry": ["backoff": 1e300, "maxDelay": 1e300, "attempts": 1]],
      ["timeout": 1e300], ["deadline": -1e300],
    ] as [JSON])
  func numbersOfAnySizeAreTaken(options: JSON) async throws {
    let server = try server(failures: 0)
    defer { server.stop() }
    _ = try? await run(server, options)
    #expect(
      RetryPolicy().delay(after: 1, of: HTTPRequest("GET", try WebURL(server.url)), nil) != nil)
  }

  @Test func aBodyThatIsTooLargeIsNotTriedAgain() async throws {
    let server = try server(failures: 0)
    defer { server.stop() }
    await #expect(throws: AdaptorError.self) {
      try await run(server, ["maxBodySize": 1, "retry": ["backoff": 1]])
    }
    #expect(server.requests.count == 1)
  }
}
