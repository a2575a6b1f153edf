import AdaptorCore

extension HTTP {
  /// The helper functions of job files.
  public static let functions: [FunctionDefinition] = [
    FunctionDefinition(
      "toXML", "Writes an object as XML; see util.parseXML for its shape.",
      Parameter<JSON>("document", "an object with one member, the root element")
    ) {
      .string(try XMLWriter.write($0))
    },
    FunctionDefinition(
      "util.parseXML",
      "Reads XML: attributes become '@name', repeated children lists, text beside them '#text'.",
      Parameter<String>("text", "an XML document")
    ) {
      try XMLParser.parse($0)
    },
  ]
}
