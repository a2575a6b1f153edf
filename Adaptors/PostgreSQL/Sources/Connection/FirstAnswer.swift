import Synchronization

/// A value that several sides may give; the first one counts, and one task waits for it.
final class FirstAnswer<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Value, Never>)
    case answered(Value)
  }

  private let state = Mutex(State.open)

  func answer(_ value: Value) {
    let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
      switch state {
      case .open: state = .answered(value)
      case .answered: break
      case .awaited(let continuation):
        state = .answered(value)
        return continuation
      }
      return nil
    }
    waiting?.resume(returning: value)
  }

  /// To be called once.
  func wait(isolation: isolated (any Actor)? = #isolation) async -> Value {
    await withCheckedContinuation { continuation in
      let answered = state.withLock { state -> Value? in
        if case .answered(let value) = state { return value }
        state = .awaited(continuation)
        return nil
      }
      if let answered { continuation.resume(returning: answered) }
    }
  }
}
