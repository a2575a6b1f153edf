import AdaptorCore
import CXML2

/// Reads XML 1.0 into JSON, with libxml2's push parser: a document may come in pieces.
///
/// An element is its text, or an object when it has attributes or children: attributes under `@name`, children
/// under their names (a list when a name comes more than once), text beside them under `#text`. Comments,
/// processing instructions and the order of differently named children are not kept. Nothing is fetched, and an
/// entity that the document declares is refused.
final class XMLParser {
  /// What has been read.
  var builder: XMLBuilder
  /// The first thing that is wrong with the document.
  private var problem: String?
  /// Owned: freed in `deinit`.
  private var parser: xmlParserCtxtPtr?

  /// - Parameters:
  ///   - path: the names that lead to the elements to read, from the root; nil: the root.
  ///   - isUTF8: whether the bytes are UTF-8 whatever the document says of itself.
  init(path: [String]? = nil, isUTF8: Bool = false) {
    builder = XMLBuilder(path: path)
    var handler = Self.handler
    let context = Unmanaged.passUnretained(self).toOpaque()
    parser = xmlCreatePushParserCtxt(&handler, context, nil, 0, nil)
    // The only entities it ever knows are XML's own five; those it is to replace in attributes, too.
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue
    let encoding = isUTF8 ? XML_PARSE_IGNORE_ENC.rawValue : 0
    xmlCtxtUseOptions(parser, Int32(options | encoding))
  }

  deinit {
    // What a document declares is kept here.
    if let declarations = parser?.pointee.myDoc { xmlFreeDoc(declarations) }
    xmlFreeParserCtxt(parser)
  }

  /// The whole document: an object with the root element.
  ///
  /// - Throws: `AdaptorError` with code `.malformedXML`.
  static func parse(_ text: String) throws(AdaptorError) -> JSON {
    let parser = XMLParser(isUTF8: true)
    try parser.parse(Array(text.utf8))
    try parser.finish()
    guard let root = parser.builder.items.first else { throw malformed("it is empty") }
    return .object([root.name: root.value])
  }

  /// Reads the next piece.
  ///
  /// - Throws: `AdaptorError` with code `.malformedXML`.
  func parse(_ bytes: [UInt8]) throws(AdaptorError) {
    // libxml2 refuses more than 10 MB at a time.
    let largest = 1 << 20
    for start in stride(from: 0, to: bytes.count, by: largest) {
      feed(bytes[start..<min(start + largest, bytes.count)], isLast: false)
      try check()
    }
  }

  /// - Throws: `AdaptorError` with code `.malformedXML` for a document that ends too early.
  func finish() throws(AdaptorError) {
    feed([], isLast: true)
    try check()
  }

  private func feed(_ bytes: ArraySlice<UInt8>, isLast: Bool) {
    bytes.withUnsafeBytes {
      _ = xmlParseChunk(
        parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count),
        isLast ? 1 : 0)
    }
  }

  private func check() throws(AdaptorError) {
    if let problem { throw Self.malformed(problem) }
  }

  fileprivate func report(_ error: xmlError) {
    // A prefix that nobody declared is part of a name here.
    guard problem == nil, error.level != XML_ERR_WARNING,
      error.domain != XML_FROM_NAMESPACE.rawValue
    else { return }
    let message = error.message.map { String(cString: $0) } ?? ""
    let sentence = message.split(separator: "\n").first ?? "it is malformed"
    problem = "\(sentence) at line \(error.line), column \(error.int2)"
    xmlStopParser(parser)
  }

  fileprivate func refuse(entity name: String) {
    problem = problem ?? "the entity '&\(name);' is not expanded"
    xmlStopParser(parser)
  }

  private static func malformed(_ reason: String) -> AdaptorError {
    AdaptorError(.malformedXML, "the text is not XML: \(reason)")
  }

  // MARK: What libxml2 calls

  /// Without a handler that finds entities none is ever known.
  private static var handler: xmlSAXHandler {
    var handler = xmlSAXHandler()
    handler.initialized = UInt32(XML_SAX2_MAGIC)
    handler.startElementNs = { context, name, prefix, _, spaceCount, spaces, count, _, attributes in
      owner(of: context).builder.begin(
        qualified(prefix, name),
        attributes: declarations(spaces, Int(spaceCount)) + pairs(attributes, Int(count)))
    }
    handler.endElementNs = { context, _, _, _ in owner(of: context).builder.end() }
    handler.characters = addText
    handler.ignorableWhitespace = addText
    handler.cdataBlock = addText
    handler.reference = { context, name in owner(of: context).refuse(entity: string(name)) }
    handler.serror = { context, error in
      if let error { owner(of: context).report(error.pointee) }
    }
    return handler
  }
}

private func owner(of context: UnsafeMutableRawPointer?) -> XMLParser {
  guard let context else { preconditionFailure("libxml2 lost its context") }
  return Unmanaged<XMLParser>.fromOpaque(context).takeUnretainedValue()
}

private func addText(
  _ context: UnsafeMutableRawPointer?, _ text: UnsafePointer<xmlChar>?, _ count: Int32
) {
  let bytes = UnsafeBufferPointer(start: text, count: Int(count))
  owner(of: context).builder.add(text: String(decoding: bytes, as: UTF8.self))
}

private func string(_ text: UnsafePointer<xmlChar>?) -> String {
  text.map { String(cString: $0) } ?? ""
}

private typealias Strings = UnsafeMutablePointer<UnsafePointer<xmlChar>?>

private func qualified(
  _ prefix: UnsafePointer<xmlChar>?, _ name: UnsafePointer<xmlChar>?
) -> String {
  prefix == nil ? string(name) : "\(string(prefix)):\(string(name))"
}

/// The namespaces that an element declares, as the attributes they are: prefix and URI in turns.
private func declarations(_ spaces: Strings?, _ count: Int) -> [(name: String, value: String)] {
  guard let spaces else { return [] }
  return (0..<count).map {
    let prefix = spaces[2 * $0]
    return (prefix == nil ? "xmlns" : "xmlns:\(string(prefix))", string(spaces[2 * $0 + 1]))
  }
}

/// The attributes of an element: name, prefix, URI, and where the value begins and ends, of each.
private func pairs(_ attributes: Strings?, _ count: Int) -> [(name: String, value: String)] {
  guard let attributes else { return [] }
  return (0..<count).map {
    let parts = attributes + 5 * $0
    let value = UnsafeBufferPointer(start: parts[3], count: parts[3].map { parts[4]! - $0 } ?? 0)
    return (qualified(parts[1], parts[0]), String(decoding: value, as: UTF8.self))
  }
}

extension AdaptorError.Code {
  /// Text that is not well-formed XML, or cannot become any.
  public static let malformedXML = Self("malformedXML")
}
