import AdaptorCore

/// How `copyFrom` and `copyTo` write rows as text (PostgreSQL manual, "COPY").
struct CopyOptions: Decodable, Sendable {
  /// What the text looks like.
  enum Format: String, Decodable, Sendable { case csv, text, binary }

  /// `csv` unless given.
  var format: Format?
  /// Whether the first line has the names of the columns; true for `csv` unless given.
  var header: Bool?
  /// What stands between values.
  var delimiter: String?
  /// What stands for NULL.
  var null: String?
  /// The columns in the order of the text; nil: all of the table.
  var columns: [String]?
  /// A file below the allowed folder: `copyFrom` reads it, instead of a source.
  var file: String?
  /// A file below the allowed folder: `copyTo` writes it, instead of data.
  var saveAs: String?
  /// False: nothing is executed.
  var execute: Bool?
  /// Whether errors show values.
  var logValues: Bool?

  /// `WITH (FORMAT csv, HEADER true)`.
  var clause: String {
    let format = format ?? .csv
    var parts = ["FORMAT \(format.rawValue)"]
    if header ?? (format == .csv) { parts.append("HEADER true") }
    if let delimiter { parts.append("DELIMITER \(Literal.quote(delimiter))") }
    if let null { parts.append("NULL \(Literal.quote(null))") }
    return "WITH (\(parts.joined(separator: ", ")))"
  }

  /// `columns` as names.
  var names: [Identifier] { (columns ?? []).map { Identifier($0) } }
}
