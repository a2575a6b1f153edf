import AdaptorCore
import CLibpq

/// Collects the results of one statement text, which arrive row by row.
struct ResultCollector {
  private let shape: Statement.RowShape
  private let keepsRows: Bool
  private var results: [QueryResult] = []
  private var error: AdaptorError?
  /// The rows of the result that is arriving.
  private var rows: RowWriter?
  private var fields: [ResultField] = []

  init(shape: Statement.RowShape, keepsRows: Bool) {
    self.shape = shape
    self.keepsRows = keepsRows
  }

  /// Takes in a result.
  ///
  /// - Returns: whether it is kept; else the caller frees it.
  mutating func add(
    _ result: OpaquePointer, _ status: ExecStatusType, _ libpq: Libpq
  ) -> Bool {
    switch status {
    case PGRES_TUPLES_OK where keepsRows:
      finishResult(result)
      results[results.count - 1].kept = KeptRows(result)
      return true
    case PGRES_SINGLE_TUPLE:
      write(result)
    case PGRES_TUPLES_OK:
      write(result)
      finishResult(result)
    case PGRES_COMMAND_OK: finishResult(result)
    case PGRES_EMPTY_QUERY: results.append(QueryResult(tag: ""))
    case PGRES_COPY_IN, PGRES_COPY_OUT: break
    default: error = error ?? DatabaseError.server(result) ?? libpq.lostError
    }
    return false
  }

  /// - Throws: the first error among the results.
  func finish() throws(AdaptorError) -> [QueryResult] {
    if let error { throw error }
    return results
  }

  private mutating func write(_ result: OpaquePointer) {
    if rows == nil {
      fields = ResultField.all(of: result)
      rows = RowWriter(fields, shape: shape)
    }
    rows?.write(result)
  }

  private mutating func finishResult(_ result: OpaquePointer) {
    var finished = QueryResult(tag: PQcmdStatus(result).map { String(cString: $0) } ?? "")
    finished.fields = fields
    finished.types = rows?.types ?? []
    if let text = rows?.finish() { finished.rows = text }
    results.append(finished)
    rows = nil
    fields = []
  }
}
