import AdaptorCore

extension ByteStream {
  /// The elements at a path of an XML document, as a stream of JSON lists; each list has what a piece of the
  /// document completed.
  func xmlItems(at path: [String]) -> ByteStream {
    let reading = XMLItemReading(source: self, path: path)
    return ByteStream(read: { try await reading.next() }, stop: { self.cancel() })
  }
}

/// A document while it is read.
private actor XMLItemReading {
  private let source: ByteStream
  private let parser: XMLParser
  private var isFinished = false

  init(source: ByteStream, path: [String]) {
    self.source = source
    parser = XMLParser(path: path)
  }

  func next() async throws -> [UInt8]? {
    while !isFinished {
      if let piece = try await source.next() {
        try parser.parse(piece)
      } else {
        try parser.finish()
        isFinished = true
      }
      let items = parser.builder.takeItems()
      if !items.isEmpty { return JSON.array(items).bytes() }
    }
    return nil
  }
}
