import AdaptorCore

extension ByteStream {
  /// The elements at a path of an XML document, as a stream of JSON lists; each list has what a piece of the
  /// document completed.
  ///
  /// - Parameter isUTF8: whether the bytes are UTF-8 whatever the document says of itself.
  func xmlItems(at path: [String], isUTF8: Bool) -> ByteStream {
    let reading = XMLItemReading(source: self, path: path, isUTF8: isUTF8)
    return ByteStream(read: { try await reading.next() }, stop: { self.cancel() })
  }
}

/// A document while it is read.
private actor XMLItemReading {
  private let source: ByteStream
  private let parser: XMLParser
  private var isFinished = false

  init(source: ByteStream, path: [String], isUTF8: Bool) {
    self.source = source
    parser = XMLParser(path: path, isUTF8: isUTF8)
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
