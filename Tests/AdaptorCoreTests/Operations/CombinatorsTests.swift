import Testing

@testable import AdaptorCore

struct CombinatorsTests {
  private let failing = Operation("post") { _ in throw AdaptorError(.failed, "refused") }

  @Test("fn changes the state in place")
  func function() async throws {
    let state = try await fn {
      $0.data = 2
      $0["key"] = 3
    }(State(data: 1, references: [0]))
    #expect(state == State(data: 2, references: [0], other: ["key": 3]))
  }

  @Test("fnIf runs all or nothing", arguments: [true, false])
  func conditional(flag: Bool) async throws {
    let state = State(data: ["flag": .bool(flag)])
    let operation = fnIf(.state { $0.data["flag"].bool == true }) {
      fn { $0["a"] = 1 }
      fn { $0["b"] = 2 }
    }
    let result = try await operation(state)
    #expect(result.other == (flag ? ["a": 1, "b": 2] : [:]))
    #expect(result.data == state.data)
    let constant = try await fnIf(.value(flag)) { fn { $0.data = 1 } }(State(data: 0))
    #expect(constant.data == (flag ? 1 : 0))
  }

  @Test("combine is its operations in order")
  func combination() async throws {
    let operation = combine {
      fn { $0.data = [1] }
      fn { $0.data = .array($0.data.elements + [2]) }
    }
    #expect(try await operation(State()).data == [1, 2])
  }

  @Test("each hands every item on as data, with its index")
  func eachItem() async throws {
    let operation = each(.state { $0.data["items"].elements }) {
      fn { state in
        let seen: JSON = [state.data, state["index"]]
        state["seen"] = .array(state["seen"].elements + [seen])
      }
    }
    let start = State(data: ["items": ["a", "b", "c"]], references: [0])
    let state = try await operation(start)
    #expect(state["seen"] == [["a", 0], ["b", 1], ["c", 2]])
    #expect(state.data == "c")
    #expect(state["index"] == 2)
    #expect(state.references == [0])
  }

  @Test("each over nothing changes nothing")
  func eachOfNothing() async throws {
    let state = State(data: ["items": []])
    let operation = each(.state { $0.data["items"].elements }) { failing }
    #expect(try await operation(state) == state)
  }

  @Test("each reads its items once, from the state it began with")
  func eachReadsOnce() async throws {
    let recorder = Recorder<Int>()
    let items = Resolvable<[JSON]>.state {
      recorder.append(1)
      return $0.data.elements
    }
    let state = try await each(items) { fn { $0.data = .array([9, 9, 9]) } }(State(data: [1, 2]))
    #expect(recorder.items.count == 1)
    #expect(state["index"] == 1)
  }

  @Test("each inside each")
  func nestedEach() async throws {
    let operation = each(.state { $0.data.elements }) {
      each(.state { $0.data.elements }) {
        fn { $0["sum"] = .int(($0["sum"].int ?? 0) + ($0.data.int ?? 0)) }
      }
    }
    #expect(try await operation(State(data: [[1, 2], [], [3]]))["sum"] == 6)
  }

  @Test("each stops at the first failure")
  func eachFailure() async throws {
    let recorder = Recorder<JSON>()
    let operation = each([1, 2, 3]) {
      fn { state in
        recorder.append(state.data)
        if state.data == 2 { throw AdaptorError(.failed, "two") }
      }
    }
    let error = try await #require(throws: AdaptorError.self) { try await operation(State()) }
    #expect(error.description == "each > fn: two")
    #expect(recorder.items == [1, 2])
  }

  @Test("map makes the results the data")
  func mapping() async throws {
    let operation = map(.state { $0.data.elements }) { item, index, state in
      [item, .int(index), state["factor"]]
    }
    let state = try await operation(State(data: ["a", "b"], references: [0], other: ["factor": 3]))
    #expect(state.data == [["a", 0, 3], ["b", 1, 3]])
    #expect(state.references == [0])
    #expect(try await map([]) { item, _, _ in item }(State(data: 1)).data == [])
  }

  @Test("merge adds fields that win")
  func merging() async throws {
    let operation = merge(
      .state { $0.data.elements }, .state { ["year": $0["year"], "id": "new"] })
    let start = State(data: [["id": "old", "name": "n"], [:], "no object"], other: ["year": 2024])
    let state = try await operation(start)
    #expect(
      state.data.text()
        == #"[{"id":"new","name":"n","year":2024},{"year":2024,"id":"new"},"#
        + #"{"year":2024,"id":"new"}]"#)
  }

  @Test("cursor keeps a position, or its default")
  func cursorValues() async throws {
    let start = State(data: ["at": 5], other: ["cursor": 1])
    #expect(try await cursor(.value(7))(start)["cursor"] == 7)
    #expect(try await cursor(.state { $0.data["at"] })(start)["cursor"] == 5)
    #expect(try await cursor(.state { $0.data["no"] }, defaultValue: 9)(start)["cursor"] == 9)
    #expect(try await cursor(.value(.null))(start)["cursor"] == .null)
    #expect(try await cursor(.value(false), defaultValue: 9)(start)["cursor"] == false)
    let named = try await cursor(.value(7), key: "page")(start)
    #expect(named.other == ["cursor": 1, "page": 7])
    #expect(named.data == start.data)
  }

  @Test("The trail of an error names each operation around it")
  func trail() async throws {
    let operation = combine { fnIf(.value(true)) { each([1]) { failing } } }
    let error = try await #require(throws: AdaptorError.self) { try await operation(State()) }
    #expect(error.description == "combine > fnIf > each > post: refused")
    #expect(error.operations == ["combine", "fnIf", "each", "post"])
  }

  @Test("An argument that cannot be read fails within its operation")
  func unreadableArguments() async throws {
    let refused = AdaptorError(.failed, "unreadable")
    let cases: [(Operation, String)] = [
      (fnIf(.state { _ in throw refused }) {}, "fnIf: unreadable"),
      (each(.state { _ in throw refused }) {}, "each: unreadable"),
      (map(.state { _ in throw refused }) { item, _, _ in item }, "map: unreadable"),
      (map([1]) { _, _, _ in throw refused }, "map: unreadable"),
      (merge([], .state { _ in throw refused }), "merge: unreadable"),
      (cursor(.state { _ in throw refused }), "cursor: unreadable"),
    ]
    for (operation, sentence) in cases {
      let error = try await #require(throws: AdaptorError.self) { try await operation(State()) }
      #expect(error.description == sentence)
    }
  }
}
