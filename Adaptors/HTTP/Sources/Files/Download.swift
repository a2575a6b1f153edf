import AdaptorCore

/// Brings the body of a response into a file, which takes its place when it is whole.
struct Download: Sendable {
  let options: SaveOptions
  let folder: FileFolder

  /// - Throws: as `HTTPClient.open`; `AdaptorError` with code `.file`, or `.malformedResponse` for a body that
  ///   is not what the checksum promises. The old file is left as it was.
  func run(_ request: HTTPRequest, _ client: HTTPClient) async throws -> Reception {
    var file = try folder.replacement(of: options.path)
    var part = options.resume ? file.keptNote.flatMap(PartialContent.init(note:)) : nil
    if part?.url != request.url.withoutFragment { part = nil }
    if part == nil, file.size > 0 { try file.restart() }
    let opened = try await open(request, &part, &file, client)
    guard (200..<300).contains(opened.status) else { return try await Reception(opened) }
    part = PartialContent(of: opened.headers, from: request.url)
    let saved: SavedFile
    do {
      saved = try await receive(opened, &file)
    } catch {
      if options.resume, let part, file.size > 0 { try file.keep(note: part.note) }
      throw error
    }
    try file.commit()
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
    // A `Content-Range` field (RFC 9110 §14.4) that begins where the file ends.
    let range = opened.headers["content-range"]?.lowercased() ?? ""
    if opened.status == 206, range.hasPrefix("bytes \(file.size)-") { return opened }
    part = nil
    try file.restart()
    guard opened.status == 206 || opened.status == 416 else { return opened }
    opened.body.cancel()
    return try await client.open(request)
  }

  private func receive(
    _ opened: HTTPStreamedResponse, _ file: inout FileReplacement
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
