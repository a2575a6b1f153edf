import AdaptorCore

/// What must be true of the answers to one case: `{ rows }` or `{ code, message }`.
struct CSVCheck {
  let test: CSVCase
  /// The library's answer to the text in one piece.
  let whole: JSON
  /// The library's answer to the text in pieces.
  let pieces: JSON
  /// What `parseCsv` answers in a job.
  let job: JSON

  /// - Parameter python: Python's rows; nil: it refuses the text, or reads it by other rules.
  func verdict(python: JSON?) -> String? {
    if let code = whole["code"].string, !Self.isKnown(code) { return "error: \(whole)" }
    if pieces != whole { return "in pieces: \(pieces), in one: \(whole)" }
    if job != whole { return "parseCsv: \(job), the library: \(whole)" }
    if let rows = test.rows { return tableFault(rows) }
    return test.isPlain ? fault(python) : nil
  }

  private static func isKnown(_ code: String) -> Bool {
    code.hasPrefix("CSV_") || code == "INVALID_OPENING_QUOTE"
  }

  /// What Python wrote must be read as it was.
  private func tableFault(_ table: JSON) -> String? {
    let expected = test.hasHeader ? Self.objects(table) : table
    return whole["rows"] == expected ? nil : "expected \(expected), found \(whole)"
  }

  private static func objects(_ table: JSON) -> JSON {
    let header = table[0].elements
    let rows = table.elements.dropFirst().map { row in
      JSONObject(
        zip(header, row.elements).map { .init(key: $0.string ?? "", value: $1) })
    }
    return .array(rows.map(JSON.object))
  }

  /// Text that we read is read by Python too, to the same rows. Python also reads quotes inside a cell, and
  /// rows of different lengths.
  private func fault(_ python: JSON?) -> String? {
    if let rows = whole.object?["rows"] {
      return rows == python ? nil : "Python reads \(python ?? "nothing"), we \(rows)"
    }
    let isStricter = ["INVALID_OPENING_QUOTE", "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH"]
      .contains(whole["code"].string)
    return python == nil || isStricter ? nil : "refuses what Python reads: \(whole)"
  }
}
