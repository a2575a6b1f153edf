import AdaptorCore
import Synchronization

// Rows as text, in and out.
extension PostgreSQL {
  /// Stores the rows of a text, stream or file.
  func copyFrom(
    _ table: String, _ source: JSON?, _ options: CopyOptions?
  ) async throws(AdaptorError) -> Outcome {
    let options = options ?? CopyOptions()
    let statement = Statement.copy(
      into: TableName(table).quoted, options.names,
      from: counted(try input(source, options), table),
      options: options.clause)
    context.log(.info, "Preparing to copy via: \(statement.text)")
    if options.execute == false { return skip("Not executing query; options.execute === false") }
    let results = try await execute(statement, showsValues: options.logValues ?? false)
    let result = QueryResult.combining(results)
    context.log(.info, result.summary)
    return result.outcome
  }

  /// The same stream; the log tells how much of it has been read.
  private func counted(_ source: ByteStream, _ table: String) -> ByteStream {
    let progress = ProgressLog(context)
    let size = Mutex(0)
    return ByteStream(
      read: {
        guard let piece = try await source.next() else { return nil }
        let megabytes = size.withLock { size in
          size += piece.count
          return size >> 20
        }
        progress.note("\(table): \(megabytes) MiB so far")
        return piece
      }, stop: { source.cancel() }, readAhead: source.readAhead)
  }

  private func input(
    _ source: JSON?, _ options: CopyOptions
  ) throws(AdaptorError) -> ByteStream {
    if let file = options.file { return try context.allowedFiles().open(file).stream() }
    let source = source ?? .null
    if let stream = context.stream(of: source) { return stream }
    if let bytes = source.bufferBytes { return ByteStream(bytes) }
    guard let text = source.string else {
      throw AdaptorError(
        .invalidArgument,
        "copyFrom needs text, a stream, a Buffer or the option file, found \(source.kind)")
    }
    return ByteStream(Array(text.utf8))
  }

  /// Reads a table or a query as text, which becomes the data, or goes to a file.
  func copyTo(_ source: String, _ options: CopyOptions?) async throws(AdaptorError) -> Outcome {
    let options = options ?? CopyOptions()
    guard options.format != .binary || options.saveAs != nil else {
      throw AdaptorError(.invalidArgument, "copyTo in binary format is no text: give saveAs")
    }
    let isQuery = source.unicodeScalars.contains { $0.properties.isWhitespace }
    if options.execute == false { return skip("Not executing query; options.execute === false") }
    let sink = CopySink(
      file: try options.saveAs.map { (name) throws(AdaptorError) in
        try context.allowedFiles().replacement(of: name)
      })
    let statement = Statement.copy(
      // On lines of its own: it may end with a comment.
      outOf: isQuery ? "(\n\(source.withoutFinalSemicolon)\n)" : TableName(source).quoted,
      isQuery ? [] : options.names,
      to: sink, options: options.clause)
    let isShown = !isQuery || options.logValues == true
    context.log(
      .info, "Preparing to copy via: \(isShown ? statement.text : "COPY (…) TO STDOUT")")
    let results = try await execute(statement)
    let result = QueryResult.combining(results)
    context.log(.info, result.summary)
    let size = try sink.finish()
    let data: JSON =
      options.saveAs.map { ["path": .string($0), "size": .int(size)] }
      ?? .string(String(decoding: sink.bytes, as: UTF8.self))
    return .next(RawJSON(data), additions: [("result", RawJSON(result.description))])
  }
}
