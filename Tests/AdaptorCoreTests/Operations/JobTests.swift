import Testing

@testable import AdaptorCore

struct JobTests {
  private func note(_ name: String) -> Operation {
    fn { $0["trace"] = .array($0["trace"].elements + [.string(name)]) }
  }

  @Test("Operations run in order, each with the state of the one before")
  func order() async throws {
    let job = Job {
      note("a")
      note("b")
      fn { $0.data = .int($0["trace"].elements.count) }
      note("c")
    }
    let state = try await job.run()
    #expect(state == State(data: 2, other: ["trace": ["a", "b", "c"]]))
  }

  @Test("A job without operations returns its state")
  func empty() async throws {
    let job = Job {}
    #expect(job.operations.isEmpty)
    #expect(try await job.run(State(data: 5)) == State(data: 5))
  }

  @Test("The builder knows if, else, switch, for and optionals", arguments: [true, false])
  func builder(flag: Bool) async throws {
    let job = Job {
      if flag { note("if") }
      if flag { note("then") } else { note("else") }
      switch flag {
      case true: note("yes")
      case false:
        note("no")
        note("never")
      }
      for number in 1...2 { note("\(number)") }
    }
    let expected: JSON =
      flag ? ["if", "then", "yes", "1", "2"] : ["else", "no", "never", "1", "2"]
    #expect(try await job.run()["trace"] == expected)
  }

  @Test("The first failure ends the job")
  func failure() async throws {
    let recorder = Recorder<Int>()
    let job = Job {
      fn { _ in recorder.append(1) }
      Operation("post") { _ in throw AdaptorError(.failed, "refused") }
      fn { _ in recorder.append(2) }
    }
    let error = try await #require(throws: AdaptorError.self) { try await job.run() }
    #expect(error.description == "post: refused")
    #expect(recorder.items == [1])
  }

  @Test("A cancelled job stops before its next operation")
  func cancellation() async throws {
    let recorder = Recorder<Int>()
    let job = Job {
      fn { _ in
        recorder.append(1)
        withUnsafeCurrentTask { $0?.cancel() }
      }
      fn { _ in recorder.append(2) }
    }
    await #expect(throws: CancellationError.self) { try await Task { try await job.run() }.value }
    #expect(recorder.items == [1])
  }

  @Test("An error while the operations are made comes out of the initializer")
  func buildingFails() {
    func refused() throws -> Operation { throw AdaptorError(.invalidArgument, "no") }
    #expect(throws: AdaptorError.self) { try Job { try refused() } }
  }
}
