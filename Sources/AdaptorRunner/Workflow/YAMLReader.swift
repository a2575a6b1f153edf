import AdaptorCore
import CYAML

/// Reads one YAML document as the JSON value it stands for (YAML 1.2 core schema), with libyaml.
enum YAMLReader {
  /// Aliases can make a small document huge; beyond this many nodes it is refused.
  private static let nodeLimit = 200_000
  /// An alias may contain itself.
  private static let depthLimit = 100

  /// - Throws: `AdaptorError` with code `.malformedYAML`, line and column.
  static func read(_ bytes: [UInt8]) throws(AdaptorError) -> JSON {
    try checkBrackets(bytes)
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw AdaptorError(.malformedYAML, "the YAML reader has no memory")
    }
    defer { yaml_parser_delete(&parser) }
    return try bytes.withUnsafeBufferPointer { (buffer) throws(AdaptorError) in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var document = yaml_document_t()
      guard yaml_parser_load(&parser, &document) == 1 else { throw failure(parser) }
      defer { yaml_document_delete(&document) }
      guard let root = yaml_document_get_root_node(&document) else { return .null }
      var count = 0
      return try value(root, &document, &count, depth: 0)
    }
  }

  /// libyaml's time grows with the square of how deep brackets are nested.
  private static func checkBrackets(_ bytes: [UInt8]) throws(AdaptorError) {
    var depth = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      guard depth <= 1000 else {
        throw AdaptorError(.malformedYAML, "more than 1000 brackets are open at once")
      }
    }
  }

  private static func value(
    _ node: UnsafeMutablePointer<yaml_node_t>, _ document: inout yaml_document_t,
    _ count: inout Int, depth: Int
  ) throws(AdaptorError) -> JSON {
    count += 1
    guard depth <= depthLimit else {
      throw AdaptorError(.malformedYAML, "nested deeper than \(depthLimit) levels")
    }
    guard count <= nodeLimit else {
      throw AdaptorError(.malformedYAML, "the YAML document has more than \(nodeLimit) nodes")
    }
    switch node.pointee.type {
    case YAML_SEQUENCE_NODE:
      let items = node.pointee.data.sequence.items
      var elements: [JSON] = []
      var item = items.start
      while let current = item, current < items.top {
        elements.append(try value(at: current.pointee, &document, &count, depth: depth + 1))
        item = current + 1
      }
      return .array(elements)
    case YAML_MAPPING_NODE:
      let pairs = node.pointee.data.mapping.pairs
      var members = JSONObject()
      var pair = pairs.start
      while let current = pair, current < pairs.top {
        let key = try value(at: current.pointee.key, &document, &count, depth: depth + 1)
        members[key.string ?? key.text()] = try value(
          at: current.pointee.value, &document, &count, depth: depth + 1)
        pair = current + 1
      }
      return .object(members)
    default: return scalar(node.pointee)
    }
  }

  private static func value(
    at index: Int32, _ document: inout yaml_document_t, _ count: inout Int, depth: Int
  ) throws(AdaptorError) -> JSON {
    guard let node = yaml_document_get_node(&document, index) else { return .null }
    return try value(node, &document, &count, depth: depth)
  }

  private static func scalar(_ node: yaml_node_t) -> JSON {
    let scalar = node.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let text = String(decoding: bytes, as: UTF8.self)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    return isPlain ? plain(text) : .string(text)
  }

  private static func plain(_ text: String) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return YAMLNumber.value(text) ?? .string(text)
    }
  }

  private static func failure(_ parser: yaml_parser_t) -> AdaptorError {
    let problem = parser.problem.map { String(cString: $0) } ?? "malformed"
    let line = Int(parser.problem_mark.line) + 1
    let column = Int(parser.problem_mark.column) + 1
    return AdaptorError(
      .malformedYAML, "\(problem) (line \(line), column \(column))",
      details: ["line": .int(line), "column": .int(column)])
  }
}

extension AdaptorError.Code {
  /// Text that is not YAML.
  public static let malformedYAML = Self("malformedYAML")
}
