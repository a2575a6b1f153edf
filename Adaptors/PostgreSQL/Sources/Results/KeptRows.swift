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
    var writer = RowWriter(ResultField.all(of: result), shape: .objects)
    writer.write(result)
    return writer.finish()
  }
}
