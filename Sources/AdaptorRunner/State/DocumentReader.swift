import AdaptorCore

/// Reads and cuts a large document ahead of the engine, on another thread.
struct DocumentReader {
  /// A part whose text is the engine's.
  enum Part: Sendable {
    case openList
    case openObject
    case key(JavaScriptText)
    case content(JavaScriptText)
    case close
  }

  private let parts: Lookahead<Part>

  /// Reads a file.
  ///
  /// - Throws: `AdaptorError` with code `.file`.
  init(path: String) throws(AdaptorError) {
    let file = try FileReader(path)
    self.init { try file.read() }
  }

  /// Reads a text.
  init(_ text: [UInt8]) {
    var position = 0
    self.init {
      defer { position = min(position + FileReader.pieceSize, text.count) }
      return Array(text[position...].prefix(FileReader.pieceSize))
    }
  }

  private init(_ read: sending @escaping () throws -> [UInt8]) {
    let source = Source(DocumentCutter(read: read))
    parts = Lookahead { () throws(AdaptorError) in try await source.next() }
  }

  /// The next part; nil at the end.
  ///
  /// - Throws: `AdaptorError` with code `.malformedJSON` or `.file`.
  func next() async throws(AdaptorError) -> Part? { try await parts.next() }

  private actor Source {
    private var cutter: DocumentCutter

    init(_ cutter: sending DocumentCutter) { self.cutter = cutter }

    func next() throws(AdaptorError) -> Part? { try cutter.next().map(DocumentReader.decode) }
  }

  private static func decode(_ part: DocumentCutter.Part) -> Part {
    switch part {
    case .openList: .openList
    case .openObject: .openObject
    case .key(let text): .key(JavaScriptText(text))
    case .content(let text): .content(JavaScriptText(text))
    case .close: .close
    }
  }
}
