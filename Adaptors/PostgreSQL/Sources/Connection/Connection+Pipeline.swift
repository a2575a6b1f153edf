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
    // The result that says where the pipeline ends.
    if let end = try await next(&run) { PQclear(end) }
    if run.libpq.hasFailed { throw run.libpq.lostError }
    if let failure { throw failure }
    return results
  }

  private func next(_ run: inout StatementRun) async throws(AdaptorError) -> OpaquePointer? {
    while !run.isBroken, PQisBusy(run.libpq.pointer) == 1 { try await pause(for: .reading, &run) }
    return PQgetResult(run.libpq.pointer)
  }
}
