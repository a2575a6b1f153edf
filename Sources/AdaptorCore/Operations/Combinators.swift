// The common operations for Swift jobs. The job language has its own, on JavaScript state.

/// An operation that changes the state in place. What `body` throws ends the job.
public func fn(_ body: @escaping @Sendable (inout State) async throws -> Void) -> Operation {
  Operation("fn") { start in
    var state = start
    try await body(&state)
    return state
  }
}

/// Runs `operations` when `condition` holds for the state, and otherwise changes nothing.
///
/// - Throws: what the closure throws while it lists the operations; nothing runs yet.
public func fnIf(
  _ condition: Resolvable<Bool>, @JobBuilder _ operations: () throws -> [Operation]
) rethrows -> Operation {
  let job = try Job(operations)
  return Operation("fnIf") { try condition.resolve($0) ? await job.run($0) : $0 }
}

/// Several operations as one, named `combine` in errors.
///
/// - Throws: what the closure throws while it lists the operations; nothing runs yet.
public func combine(@JobBuilder _ operations: () throws -> [Operation]) rethrows -> Operation {
  let job = try Job(operations)
  return Operation("combine") { try await job.run($0) }
}

/// Runs `operations` once for each item, in order, with the item as `data` and its number as
/// `index`.
///
/// As in OpenFn, `data` and `index` (from 0) of the last item remain on the state.
///
/// - Throws: what the closure throws while it lists the operations; nothing runs yet.
public func each(
  _ items: Resolvable<[JSON]>, @JobBuilder _ operations: () throws -> [Operation]
) rethrows -> Operation {
  let job = try Job(operations)
  return Operation("each") { start in
    var state = start
    for (index, item) in try items.resolve(start).enumerated() {
      state.data = item
      state["index"] = .int(index)
      state = try await job.run(state)
    }
    return state
  }
}

/// Replaces `data` by the list of what `transform` makes of each item, in order, from the item, its
/// index (from 0) and the state; `references` stay as they are. What `transform` throws ends the
/// job.
public func map(
  _ items: Resolvable<[JSON]>,
  _ transform: @escaping @Sendable (_ item: JSON, _ index: Int, State) async throws -> JSON
) -> Operation {
  Operation("map") { start in
    var state = start
    var results: [JSON] = []
    for (index, item) in try items.resolve(start).enumerated() {
      results.append(try await transform(item, index, start))
    }
    state.data = .array(results)
    return state
  }
}

/// Adds `fields` to each item and makes the list the new `data`; on equal keys the fields win. An
/// item that is no object becomes one of the fields alone.
public func merge(_ items: Resolvable<[JSON]>, _ fields: Resolvable<JSONObject>) -> Operation {
  Operation("merge") { start in
    var state = start
    let fields = try fields.resolve(start)
    state.data = .array(
      try items.resolve(start).map { .object(($0.object ?? [:]).merging(fields)) })
    return state
  }
}

/// Keeps a position for the next run under `key` of the state.
///
/// A missing or null `value` gives way to `defaultValue`.
public func cursor(
  _ value: Resolvable<JSON>, key: String = "cursor", defaultValue: JSON = .null
) -> Operation {
  Operation("cursor") { start in
    var state = start
    let position = try value.resolve(start)
    state[key] = position.isNull ? defaultValue : position
    return state
  }
}
