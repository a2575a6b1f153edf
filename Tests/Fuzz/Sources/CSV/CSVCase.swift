import AdaptorCore

/// CSV text, how to read it, and in which pieces.
struct CSVCase {
  var text = ""
  /// As `parseCsv` takes them.
  var options: JSON
  /// Offsets at which the text is cut, in UTF-16 units.
  var cuts: [Int] = []
  /// How Python is to write it and to read it.
  var dialect: JSON = [:]
  /// The table that was written; nil for text that nobody wrote.
  var rows: JSON?

  init(options: JSON) { self.options = options }

  /// A case from a file; nil when one made smaller has become none.
  init?(_ json: JSON) {
    guard let text = json["text"].string, Self.isTable(json.object?["rows"]) else { return nil }
    self.text = text
    options = json["options"]
    let length = text.utf16.count
    cuts = json["cuts"].elements.compactMap(\.int).filter { (0...length).contains($0) }.sorted()
    dialect = json["dialect"]
    rows = json.object?["rows"]
    if !hasMatchingDialect { return nil }
  }

  private static let optionNames: Set = [
    "delimiter", "quote", "escape", "columns", "bom", "trim", "ltrim", "rtrim", "skip_empty_lines",
  ]

  /// Whether we and Python are told the same.
  private var hasMatchingDialect: Bool {
    guard Set(options.object?.keys ?? []) == Self.optionNames else { return false }
    if rows == nil, dialect.isNull { return true }
    let isAlike =
      dialect["delimiter"] == options["delimiter"] && dialect["quotechar"] == options["quote"]
    let escape = dialect["escapechar"].isNull ? options["quote"] : dialect["escapechar"]
    let end = dialect["lineterminator"].string ?? ""
    return isAlike
      && (rows == nil || (escape == options["escape"] && ["\n", "\r", "\r\n"].contains(end)))
  }

  /// Whether all rows have cells, and as many as the others.
  private static func isTable(_ rows: JSON?) -> Bool {
    guard let rows else { return true }
    let widths = Set(rows.elements.map(\.elements.count))
    return widths.count == 1 && !widths.contains(0)
  }

  var json: JSON {
    var json = ["text": .string(text), "options": options, "dialect": dialect] as JSON
    json["cuts"] = .array(cuts.map(JSON.int))
    if let rows { json["rows"] = rows }
    return json
  }

  /// For Python: what to write or to read, and how.
  var request: JSON { ["text": .string(text), "rows": rows ?? [], "dialect": dialect] }

  var hasHeader: Bool { options["columns"].bool == true }

  /// Whether Python reads such text by the same rules. It does not trim, skips no lines, and takes every
  /// kind of line break for one, while csv-parse looks for the kind that it met first.
  var isPlain: Bool {
    let scalars = Set(text.unicodeScalars)
    let isMixed = scalars.contains("\r") && scalars.contains("\n")
    return rows == nil && !hasHeader && !isMixed && dialect.object != nil
      && options["trim"].bool == false && options["skip_empty_lines"].bool == false
      && options["escape"] == options["quote"] && !scalars.contains("\u{FEFF}")
  }
}
