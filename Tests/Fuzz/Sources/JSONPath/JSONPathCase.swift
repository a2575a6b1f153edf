import AdaptorCore

/// A path and the document it is read from.
struct JSONPathCase {
  private let document: JSON
  private let path: String
  /// The keys and indices that a plain path is made of; nil for any other path.
  private let keys: [JSON]?

  init(path: String, document: JSON) {
    self.path = path
    self.document = document
    keys = nil
  }

  init(keys: [JSON], document: JSON) {
    self.keys = keys
    self.document = document
    path = "$" + keys.map { $0.string.map { "['\($0)']" } ?? "[\($0)]" }.joined()
  }

  /// A case from a file; nil when one made smaller has become none.
  init?(_ json: JSON) {
    guard let document = json.object?["document"] else { return nil }
    if let path = json["path"].string {
      self.init(path: path, document: document)
    } else {
      self.init(keys: json["keys"].elements, document: document)
    }
  }

  var json: JSON {
    guard let keys else { return input }
    return ["keys": .array(keys), "document": document]
  }

  /// For the job.
  var input: JSON { ["path": .string(path), "document": document] }

  /// What the path must find; nil where that is not so plain: only an object or a list is looked into, and
  /// marks inside a key can mean something else.
  var expected: JSON? {
    guard let keys, !keys.isEmpty, keys.allSatisfy(isPlain) else { return nil }
    return keys.reduce(document) { value, key in
      key.string.map { value[$0] } ?? key.int.map { value[$0] } ?? .null
    }
  }

  private func isPlain(_ key: JSON) -> Bool {
    guard let text = key.string else { return true }
    return !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}
