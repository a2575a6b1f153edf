import Testing

@testable import AdaptorCore

struct OperationTests {
  private struct Cause: Error, CustomStringConvertible {
    let description = "no space"
  }

  @Test("An operation turns a state into the next")
  func runs() async throws {
    let operation = Operation("double") { $0.next(.int(2 * ($0.data.int ?? 0))) }
    #expect(operation.name == "double")
    #expect(try await operation(State(data: 4)) == State(data: 8, references: [4]))
  }

  @Test("Errors carry the operation's name")
  func errors() async throws {
    let other = Operation("save") { _ in throw Cause() }
    let wrapped = try await #require(throws: AdaptorError.self) { try await other(State()) }
    #expect(wrapped.description == "save: no space")
    #expect(wrapped.code == .failed)
    #expect(wrapped.underlying is Cause)

    let own = Operation("get") { _ in
      throw AdaptorError(.init("http"), "status 404", details: ["statusCode": 404])
    }
    let kept = try await #require(throws: AdaptorError.self) { try await own(State()) }
    #expect(kept.description == "get: status 404")
    #expect(kept.code == .init("http"))
    #expect(kept.details == ["statusCode": 404])
  }

  @Test("A cancelled task does not begin an operation")
  func cancelledBefore() async {
    let recorder = Recorder<String>()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await Operation("fn") { state in
        recorder.append("ran")
        return state
      }(State())
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(recorder.items == [])
  }

  @Test("A cancellation passes through undisguised")
  func cancelledInside() async {
    let operation = combine {
      fn { _ in
        withUnsafeCurrentTask { $0?.cancel() }
        try await Task.sleep(for: .seconds(1000))
      }
    }
    let task = Task { try await operation(State()) }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
