import AdaptorCore
import CLibpq

/// A result with all its rows, made JSON text by whoever wants it, on any thread.
final class KeptRows: @unchecked Sendable {
  // @unchecked: libpq documents results as read-only once they are complete.

  /// Owned: cleared in `deinit`.
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  /// A list of objects by column name.
  var json: [UInt8] {
    var writer = written(countsMilliseconds: false)
    return writer.finish()
  }

  /// The same for a job file: `{ "rows": […], "types": […] }`, with times in milliseconds.
  var typedJSON: [UInt8] {
    var writer = written(countsMilliseconds: true)
    let types = writer.types.map { TypedPlace(["data"] + $0.path, $0.kind).description }
    return "{\"rows\":".utf8 + writer.finish() + ",\"types\":".utf8 + JSON.array(types).bytes()
      + "}".utf8
  }

  private func written(countsMilliseconds: Bool) -> RowWriter {
    var writer = RowWriter(
      ResultField.all(of: result), shape: .objects, countsMilliseconds: countsMilliseconds)
    writer.write(result)
    return writer
  }
}
