import AdaptorCore

/// Brings the body of a response into a file, which takes its place when it is whole.
struct Download: Sendable {
  let options: SaveOptions
  let folder: FileFolder

  /// What was asked for first: redirects may lead elsewhere each time.
  let source: WebURL

  /// - Throws: as `HTTPClient.open`; `AdaptorError` with code `.file`, or `.malformedResponse` for a body that
  ///   is not what the checksum or the header promises. The old file is left as it was.
  func run(_ request: HTTPRequest, _ client: HTTPClient) async throws -> Reception {
    var file = try folder.replacement(of: options.path)
    var part = options.resume ? file.keptNote.flatMap(PartialContent.init(note:)) : nil
    if part?.url != source.withoutFragment { part = nil }
    if part == nil, file.size > 0 { try file.restart() }
    let reception: Reception
    do {
      reception = try await fill(&file, &part, request, client)
    } catch {
      if let part, file.size > 0 { try file.keep(note: part.note) }
      throw error
    }
    if reception.file != nil {
      try file.commit()
    } else if let part, file.size > 0 {
      // A redirect, or a server that cannot answer now.
      try file.keep(note: part.note)
    }
    return reception
  }

  /// Asks for what is missing and adds it.
  ///
  /// - Parameter part: what the file is a part of; nil where that is worth nothing.
  private func fill(
    _ file: inout FileReplacement, _ part: inout PartialContent?, _ request: HTTPRequest,
    _ client: HTTPClient
  ) async throws -> Reception {
    let opened = try await open(request, &part, &file, client)
    guard (200..<300).contains(opened.status) else { return try await Reception(opened) }
    part = options.resume ? PartialContent(of: opened, from: source) : nil
    let saved = try await receive(opened, &file, of: request)
    return Reception(
      response: HTTPResponse(
        status: opened.status, headers: opened.headers, body: [], duration: .zero),
      file: saved)
  }

  /// Asks for what is missing, or for everything when that is not to be had.
  private func open(
    _ request: HTTPRequest, _ part: inout PartialContent?, _ file: inout FileReplacement,
    _ client: HTTPClient
  ) async throws -> HTTPStreamedResponse {
    var request = request
    // A range counts bytes as they are sent.
    request.acceptsAnyCoding = false
    guard let wanted = part else { return try await client.open(request) }
    var rest = request
    rest.headers.remove("range", "if-range")
    rest.headers.add("Range", "bytes=\(file.size)-")
    rest.headers.add("If-Range", wanted.validator)
    let opened = try await client.open(rest)
    if opened.status == 206, wanted.isContinued(by: opened, at: file.size) { return opened }
    guard (200..<300).contains(opened.status) || opened.status == 416 else { return opened }
    part = nil
    try file.restart()
    guard opened.status == 206 || opened.status == 416 else { return opened }
    opened.body.cancel()
    return try await client.open(request)
  }

  private func receive(
    _ opened: HTTPStreamedResponse, _ file: inout FileReplacement, of request: HTTPRequest
  ) async throws -> SavedFile {
    let checksum = Checksum()
    var offset = 0
    while offset < file.size {
      let piece = try file.read(at: offset)
      if piece.isEmpty { break }
      offset += piece.count
      await checksum.add(piece)
    }
    while let piece = try await opened.body.next() {
      await checksum.add(piece)
      try file.write(piece)
      // What an earlier run has left counts, too.
      if let limit = request.maxBodySize, file.size > limit {
        opened.body.cancel()
        throw CurlFailure.tooLarge(request)
      }
    }
    if let whole = ContentRange(opened.headers)?.whole, whole != file.size {
      throw AdaptorError(
        .malformedResponse,
        "'\(options.path)' was not saved: the server sent \(file.size) of \(whole) bytes",
        details: ["code": "INCOMPLETE_BODY"])
    }
    let found = await checksum.finish()
    if let expected = options.sha256, expected.lowercased() != found {
      try file.restart()
      throw AdaptorError(
        .malformedResponse,
        "'\(options.path)' was not saved: its SHA-256 must be \(expected) and is \(found)",
        details: ["code": "CHECKSUM_MISMATCH", "sha256": .string(found)])
    }
    return SavedFile(path: options.path, size: file.size, sha256: found)
  }
}
