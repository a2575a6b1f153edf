import AdaptorCore
import CLibpq

/// Many statements in one round trip (PostgreSQL manual, 34.5 "Pipeline Mode").
extension Connection {
  /// Runs statements as a whole or not at all, without waiting for one before the next is sent.
  ///
  /// - Throws: the error of the first that fails.
  func pipeline(_ statements: [Statement]) async throws(AdaptorError) -> [QueryResult] {
    try await turn { (connection) throws(AdaptorError) in
      guard let libpq = connection.libpq, PQenterPipelineMode(libpq.pointer) == 1 else {
        throw DatabaseError.client(.connectionDoesNotExist, "there is no connection")
      }
      defer { PQexitPipelineMode(libpq.pointer) }
      var run = StatementRun(libpq)
      for statement in statements {
        try statement.send(to: libpq)
        try await connection.flush(&run)
      }
      PQpipelineSync(libpq.pointer)
      try await connection.flush(&run)
      return try await connection.collect(statements, &run)
    }
  }

  /// Sends statements without waiting in between, and answers each.
  func run(_ batch: [PipelinedStatement]) async {
    guard let libpq, PQenterPipelineMode(libpq.pointer) == 1 else {
      let error = DatabaseError.client(.connectionDoesNotExist, "there is no connection")
      for joined in batch { joined.answer.answer(.failure(error)) }
      return
    }
    defer { PQexitPipelineMode(libpq.pointer) }
    var run = StatementRun(libpq)
    var sent: [PipelinedStatement] = []
    for joined in batch {
      do throws(AdaptorError) {
        try joined.statement.send(to: libpq)
        PQpipelineSync(libpq.pointer)
        sent.append(joined)
      } catch {
        joined.answer.answer(.failure(error))
      }
    }
    var failure: AdaptorError?
    do throws(AdaptorError) { try await flush(&run) } catch { failure = error }
    for joined in sent {
      do throws(AdaptorError) {
        if let failure { throw failure }
        let results = try await collect([joined.statement], &run)
        forgetTypes(after: results)
        joined.answer.answer(.success(results))
      } catch {
        if run.libpq.hasFailed || self.libpq == nil { failure = error }
        joined.answer.answer(.failure(error))
      }
    }
  }

  /// The results in their order; all are read, whatever the first error.
  private func collect(
    _ statements: [Statement], _ run: inout StatementRun
  ) async throws(AdaptorError) -> [QueryResult] {
    var results: [QueryResult] = []
    var failure: AdaptorError?
    for statement in statements {
      var collector = ResultCollector(shape: statement.shape, keepsRows: false)
      while let result = try await next(&run) {
        let status = PQresultStatus(result)
        if status != PGRES_PIPELINE_ABORTED { _ = collector.add(result, status, run.libpq) }
        PQclear(result)
      }
      do throws(AdaptorError) { results += try collector.finish() } catch {
        failure = failure ?? error
      }
    }
    let refusal = try await synchronize(&run)
    if run.libpq.hasFailed { throw run.libpq.lostError }
    if let failure = failure ?? refusal { throw failure }
    return results
  }

  /// Reads up to the result that says where the pipeline ends.
  ///
  /// - Returns: why the commit failed, as it does for a deferred constraint.
  private func synchronize(_ run: inout StatementRun) async throws(AdaptorError) -> AdaptorError? {
    var refusal: AdaptorError?
    // Nothing stands between results; twice nothing is the end of what was sent.
    var gaps = 0
    while gaps < 2 {
      guard let result = try await next(&run) else {
        gaps += 1
        continue
      }
      defer { PQclear(result) }
      if PQresultStatus(result) == PGRES_PIPELINE_SYNC { break }
      refusal = refusal ?? DatabaseError.server(result)
      gaps = 0
    }
    return refusal
  }

  private func next(_ run: inout StatementRun) async throws(AdaptorError) -> OpaquePointer? {
    while !run.isBroken, PQisBusy(run.libpq.pointer) == 1 { try await pause(for: .reading, &run) }
    return PQgetResult(run.libpq.pointer)
  }
}

/// A statement that waits for its turn together with others.
struct PipelinedStatement: Sendable {
  let statement: Statement
  let answer = FirstAnswer<Result<[QueryResult], AdaptorError>>()

  init(_ statement: Statement) { self.statement = statement }
}

extension Statement {
  /// Whether it may be sent before the answer to the one before: one statement with its values. What controls
  /// transactions has none.
  var mayJoinPipeline: Bool {
    guard case .single = route else { return false }
    return !parameters.isEmpty && input == nil && output == nil && !keepsRows
  }
}
