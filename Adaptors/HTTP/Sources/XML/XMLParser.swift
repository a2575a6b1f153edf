import AdaptorCore
import CXML2

/// Reads XML 1.0 into JSON, with libxml2's reader.
///
/// An element is its text, or an object when it has attributes or children: attributes under `@name`, children
/// under their names (a list when a name comes more than once), text beside them under `#text`. The document is
/// an object with the root element. Comments, processing instructions and the order of differently named
/// children are not kept. Nothing is fetched; an entity of the document's own is refused in text, and bounded
/// by libxml2 in attributes.
struct XMLParser {
  /// Owned by `parse`, which frees it.
  private let reader: xmlTextReaderPtr
  /// Open elements, from the outermost; the first stands for the document.
  private var open = [XMLElement(name: "")]

  /// - Throws: `AdaptorError` with code `.malformedXML`.
  static func parse(_ text: String) throws(AdaptorError) -> JSON {
    let bytes = text.utf8.map(CChar.init(bitPattern:))
    return try bytes.withUnsafeBufferPointer { (buffer) throws(AdaptorError) in
      // The text is Unicode already, whatever its declaration says.
      let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue)
      guard buffer.count <= Int(Int32.max),
        let reader = xmlReaderForMemory(
          buffer.baseAddress, Int32(buffer.count), nil, "UTF-8", options)
      else { throw malformed("it is empty or too large") }
      defer { xmlFreeTextReader(reader) }
      let problem = XMLProblem()
      let context = Unmanaged.passUnretained(problem).toOpaque()
      xmlTextReaderSetStructuredErrorHandler(reader, problemCallback, context)
      var parser = XMLParser(reader: reader)
      let document = try parser.document()
      guard let document else { throw malformed(problem.text ?? "it ends too early") }
      return document
    }
  }

  private init(reader: xmlTextReaderPtr) { self.reader = reader }

  /// nil for what is not well-formed.
  private mutating func document() throws(AdaptorError) -> JSON? {
    var status = xmlTextReaderRead(reader)
    while status == 1 {
      try node()
      status = xmlTextReaderRead(reader)
    }
    return status == 0 ? open[0].value : nil
  }

  private mutating func node() throws(AdaptorError) {
    switch UInt32(xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_ELEMENT.rawValue: begin()
    case XML_READER_TYPE_END_ELEMENT.rawValue: end()
    case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
      XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue:
      open[open.count - 1].text += string(xmlTextReaderConstValue(reader))
    case XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
      let name = string(xmlTextReaderConstName(reader))
      throw Self.malformed("the entity '&\(name);' is not expanded")
    default: break
    }
  }

  private mutating func begin() {
    let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
    var element = XMLElement(name: string(xmlTextReaderConstName(reader)))
    while xmlTextReaderMoveToNextAttribute(reader) == 1 {
      element.add(
        "@" + string(xmlTextReaderConstName(reader)),
        .string(string(xmlTextReaderConstValue(reader))))
    }
    _ = xmlTextReaderMoveToElement(reader)
    open.append(element)
    if isEmpty { end() }
  }

  private mutating func end() {
    let element = open.removeLast()
    open[open.count - 1].add(element.name, element.value)
  }

  private func string(_ text: UnsafePointer<xmlChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
  }

  private static func malformed(_ reason: String) -> AdaptorError {
    AdaptorError(.malformedXML, "the text is not XML: \(reason)")
  }
}

/// The first thing that is wrong with a document.
private final class XMLProblem {
  private(set) var text: String?

  func report(_ error: xmlError) {
    guard text == nil, error.level != XML_ERR_WARNING else { return }
    let message = error.message.map { String(cString: $0) } ?? ""
    let sentence = message.split(separator: "\n").first ?? "it is malformed"
    text = "\(sentence) at line \(error.line), column \(error.int2)"
  }
}

private func problemCallback(_ context: UnsafeMutableRawPointer?, _ error: xmlErrorPtr?) {
  guard let context, let error else { return }
  Unmanaged<XMLProblem>.fromOpaque(context).takeUnretainedValue().report(error.pointee)
}

extension AdaptorError.Code {
  /// Text that is not well-formed XML, or cannot become any.
  public static let malformedXML = Self("malformedXML")
}
