import AdaptorCore

/// A stream that a job reads. Its pieces are decoded ahead, on another thread than the engine's.
actor StepStream {
  typealias Piece = Result<JavaScriptText?, AdaptorError>

  nonisolated let source: ByteStream
  /// The bytes of a character whose end has not arrived.
  private var rest: [UInt8] = []
  /// The piece after the latest.
  private var upcoming: Task<Piece, Never>?
  /// The bytes behind that one. They come by way of the engine's thread, so they must be there before that
  /// thread is busy with a piece, or nothing could be decoded meanwhile.
  private var bytes: Task<Bytes, Never>?

  private typealias Bytes = Result<[UInt8]?, AdaptorError>

  init(_ source: ByteStream) { self.source = source }

  /// The next piece, as text or as base64; nil at the end.
  func next(isText: Bool) async -> Piece {
    var piece = await (upcoming ?? fetch(isText: isText)).value
    if case .failure = piece, upcoming != nil, source.readAhead == .tentative {
      piece = await fetch(isText: isText).value
    }
    let isOver = (try? piece.get()) == nil
    upcoming = isOver || source.readAhead == .never ? nil : fetch(isText: isText)
    return piece
  }

  nonisolated func cancel() { source.cancel() }

  // Detached: without a preference for the engine's thread.
  private func fetch(isText: Bool) -> Task<Piece, Never> {
    Task.detached { await self.read(isText: isText) }
  }

  private func fetchBytes() -> Task<Bytes, Never> {
    Task.detached { [source] in
      do throws(AdaptorError) {
        return .success(try await source.next())
      } catch {
        return .failure(error)
      }
    }
  }

  private func read(isText: Bool) async -> Piece {
    do throws(AdaptorError) {
      let ahead = bytes
      bytes = nil
      let piece = try await (ahead ?? fetchBytes()).value.get()
      // A tentative source has its own next piece on the way.
      bytes = piece != nil && source.readAhead == .always ? fetchBytes() : nil
      let text = isText ? completed(piece) : piece.map { Array(Base64.encode($0).utf8) }
      return .success(text.map { JavaScriptText($0) })
    } catch {
      return .failure(error)
    }
  }

  /// The text that a piece completes; nil, the end, completes what is left as it is.
  private func completed(_ piece: [UInt8]?) -> [UInt8]? {
    guard let piece else {
      defer { rest = [] }
      return rest.isEmpty ? nil : rest
    }
    let bytes = rest.isEmpty ? piece : rest + piece
    let end = bytes.endOfWholeCharacters
    rest = Array(bytes[end...])
    return rest.isEmpty ? bytes : Array(bytes[..<end])
  }
}

extension [UInt8] {
  /// Where an unfinished UTF-8 sequence (RFC 3629) begins at the end; `endIndex` if there is none.
  var endOfWholeCharacters: Int {
    for length in 1...3 where count >= length {
      let byte = self[count - length]
      if byte < 0x80 { break }
      guard byte >= 0xC0 else { continue }
      let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      return needed > length ? count - length : count
    }
    return count
  }
}
