import AdaptorCore

/// Reads and cuts a large document ahead of the engine, on another thread.
actor DocumentReader {
  /// A part whose text is the engine's.
  enum Part: Sendable {
    case openList
    case openObject
    case key(JavaScriptText)
    case content(JavaScriptText)
    case close
  }

  typealias Next = Result<Part?, AdaptorError>

  private var cutter: DocumentCutter
  /// The part after the latest.
  private var upcoming: Task<Next, Never>?

  /// - Throws: `AdaptorError` with code `.file`.
  init(path: String) throws(AdaptorError) {
    let file = try FileReader(path)
    cutter = DocumentCutter { try file.read() }
  }

  /// The next part; nil at the end.
  func next() async -> Next {
    let part = await (upcoming ?? fetch()).value
    upcoming = (try? part.get()) == nil ? nil : fetch()
    return part
  }

  // Detached: without a preference for the engine's thread.
  private func fetch() -> Task<Next, Never> { Task.detached { await self.read() } }

  private func read() -> Next {
    do throws(AdaptorError) {
      return .success(try cutter.next().map(Self.decode))
    } catch {
      return .failure(error)
    }
  }

  static func decode(_ part: DocumentCutter.Part) -> Part {
    switch part {
    case .openList: .openList
    case .openObject: .openObject
    case .key(let text): .key(JavaScriptText(text))
    case .content(let text): .content(JavaScriptText(text))
    case .close: .close
    }
  }
}
