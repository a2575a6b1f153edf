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
    var writer = written(.objects, countsMilliseconds: false)
    return writer.finish()
  }

  /// The same for a job file, in fewer characters: `{ "columns": […], "kinds": […], "count": 2, "values": […] }`, with the
  /// values of all rows in one list, and times in milliseconds.
  var typedJSON: [UInt8] {
    var writer = written(.values, countsMilliseconds: true)
    let kinds = writer.kinds.map { $0.map { JSON.string($0.rawValue) } ?? .null }
    let columns = writer.names.map(JSON.string)
    let head: JSON = [
      "columns": .array(columns), "kinds": .array(kinds), "count": .int(writer.count),
    ]
    return head.bytes().dropLast() + ",\"values\":".utf8 + writer.finish() + "}".utf8
  }

  private func written(_ shape: Statement.RowShape, countsMilliseconds: Bool) -> RowWriter {
    var writer = RowWriter(
      ResultField.all(of: result), shape: shape, countsMilliseconds: countsMilliseconds)
    writer.write(result)
    return writer
  }
}
