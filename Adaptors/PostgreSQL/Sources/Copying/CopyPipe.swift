import AdaptorCore
import Synchronization

/// Hands the rows of `COPY … TO STDOUT` to a reader. The server waits while nobody reads.
final class CopyPipe: CopyTarget {
  private struct State {
    var rows: [UInt8]?
    var end: Result<Void, AdaptorError>?
    /// Who waits for a change: the reader for rows, or the writer for room.
    var waiting: FirstAnswer<Void>?
    var copying: Task<Void, Never>?
  }

  private let state = Mutex(State())

  /// The rows as a stream. Nothing is sent before it is first read.
  ///
  /// - Parameter copy: runs the statement that fills the pipe.
  func stream(
    _ copy: @escaping @Sendable () async throws(AdaptorError) -> Void
  ) -> ByteStream {
    ByteStream(
      read: {
        self.begin(copy)
        return try await self.next()
      }, stop: { self.stop() })
  }

  func take(_ rows: [UInt8]) async throws(AdaptorError) {
    while true {
      let room = try state.withLock { (state) throws(AdaptorError) -> FirstAnswer<Void>? in
        if let end = state.end { try end.get() }
        if state.rows != nil { return Self.wait(&state) }
        state.rows = rows
        Self.wake(&state)
        return nil
      }
      guard let room else { return }
      await room.wait()
    }
  }

  private func begin(_ copy: @escaping @Sendable () async throws(AdaptorError) -> Void) {
    state.withLock { state in
      guard state.copying == nil, state.end == nil else { return }
      state.copying = Task {
        do throws(AdaptorError) {
          try await copy()
          self.finish(.success(()))
        } catch {
          self.finish(.failure(error))
        }
      }
    }
  }

  private func next() async throws(AdaptorError) -> [UInt8]? {
    while true {
      let (rows, arrival) = try state.withLock {
        (state) throws(AdaptorError) -> ([UInt8]?, FirstAnswer<Void>?) in
        if let rows = state.rows.take() {
          Self.wake(&state)
          return (rows, nil)
        }
        if let end = state.end {
          try end.get()
          return (nil, nil)
        }
        return (nil, Self.wait(&state))
      }
      guard let arrival else { return rows }
      await arrival.wait()
    }
  }

  private func finish(_ result: Result<Void, AdaptorError>) {
    state.withLock { state in
      state.end = state.end ?? result
      Self.wake(&state)
    }
  }

  private func stop() {
    finish(.failure(Connection.cancelled))
    state.withLock { $0.copying }?.cancel()
  }

  private static func wait(_ state: inout State) -> FirstAnswer<Void> {
    let answer = FirstAnswer<Void>()
    state.waiting = answer
    return answer
  }

  private static func wake(_ state: inout State) {
    state.waiting?.answer(())
    state.waiting = nil
  }
}
