import AdaptorCore

extension Statement {
  /// What `sql` was given.
  ///
  /// - Parameters:
  ///   - query: SQL text, or an object with `text`, `values`, `name` and `rowMode`.
  ///   - values: parameters, which win over those of the object.
  /// - Throws: `AdaptorError` with code `.invalidArgument` when there is no text.
  init(query: JSON, values: [JSON]?) throws(AdaptorError) {
    let values = values ?? query["values"].elements
    // `query` is what old jobs call the text.
    guard let text = query.string ?? query["text"].string ?? query["query"].string else {
      throw AdaptorError(
        .invalidArgument,
        "argument 1 'query': expected SQL text or an object with the string 'text', found "
          + query.kind)
    }
    self.init(text: text)
    parameters = values.map { ValueText.parameter($0).map(BoundValue.text) ?? .null }
    if let name = query["name"].string, !name.isEmpty {
      route = .prepared(name: name)
    } else if values.isEmpty {
      route = .script
    }
    if query["rowMode"] == "array" { shape = .arrays }
  }
}
