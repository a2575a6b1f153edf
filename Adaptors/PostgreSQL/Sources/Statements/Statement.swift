import AdaptorCore

/// SQL for the server, with its parameters.
struct Statement: Sendable {
  /// How the statement travels.
  enum Route: Sendable {
    /// As text that may hold several statements; without parameters.
    case script
    /// As one statement with its parameters.
    case single
    /// As one statement that the connection keeps under a name.
    case prepared(name: String)
  }

  /// What becomes of the rows.
  enum RowShape: Sendable {
    /// A list of objects by column name.
    case objects
    /// A list of lists.
    case arrays
    /// One list of all values.
    case values
    /// The first column of the first row alone; null when there is no row.
    case firstValue
  }

  var text: String
  var parameters: [BoundValue] = []
  var route = Route.single
  var shape = RowShape.objects
  /// Whether rows are kept as they are, all at once, for somebody else to read; else they are taken one by one, as
  /// they come.
  var keepsRows = false
  /// What `COPY … FROM STDIN` reads.
  var input: ByteStream?
  /// What `COPY … TO STDOUT` writes; nil: its rows go nowhere.
  var output: (any CopyTarget)?

  /// `COPY "t" ("a", "b") FROM STDIN WITH (…)`.
  ///
  /// - Parameters:
  ///   - table: in quotes.
  ///   - columns: none: all of the table.
  ///   - options: with its `WITH`; empty for the text format.
  static func copy(
    into table: String, _ columns: [Identifier], from input: ByteStream, options: String = ""
  ) -> Statement {
    Statement(text: copyText(table, columns, "FROM STDIN", options), input: input)
  }

  /// `COPY "t" ("a", "b") TO STDOUT WITH (…)`.
  ///
  /// - Parameters:
  ///   - source: a table in quotes, or a query in parentheses.
  ///   - options: with its `WITH`; empty for the text format.
  static func copy(
    outOf source: String, _ columns: [Identifier] = [], to output: any CopyTarget, options: String
  ) -> Statement {
    Statement(text: copyText(source, columns, "TO STDOUT", options), output: output)
  }

  private static func copyText(
    _ place: String, _ columns: [Identifier], _ direction: String, _ options: String
  ) -> String {
    let list = columns.isEmpty ? "" : " (\(columns.quotedList))"
    return "COPY \(place)\(list) \(direction)" + (options.isEmpty ? "" : " \(options)")
  }

  /// Whether values come beside the text.
  var hasValues: Bool { !parameters.isEmpty || input != nil }

  /// An error of this statement: with the place where it is wrong, and without values unless they are wanted.
  ///
  /// - Parameter hidesMessage: see `ErrorPrivacy`.
  func explaining(
    _ error: AdaptorError, hidesMessage: Bool, showsValues: Bool = false
  ) -> AdaptorError {
    let explained = StatementExcerpt.explaining(error, text)
    if showsValues { return explained }
    let values = parameters.compactMap { if case .text(let text) = $0 { text } else { nil } }
    return ErrorPrivacy.hidingValues(of: explained, hidesMessage: hidesMessage, values: values)
  }

  /// Whether it may undo a transaction of its own accord.
  var mentionsRollback: Bool { words.contains { Self.undoing.contains($0) } }

  private static let undoing: Set<String> = ["rollback", "abort"]

  /// Its words in small letters, without those of comments, texts and quoted names.
  private var words: [String] {
    var plain = ""
    var rest = text.lowercasedASCII[...]
    while let first = rest.first {
      if rest.hasPrefix("--") {
        rest = rest.drop { $0 != "\n" }
      } else if rest.hasPrefix("/*") {
        rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
      } else if first == "'" || first == "\"" {
        rest = rest.dropFirst().drop { $0 != first }.dropFirst()
      } else {
        plain.append(first)
        rest = rest.dropFirst()
        continue
      }
      plain.append(" ")
    }
    return plain.split { !$0.isLetter }.map(String.init)
  }

  /// Whether it undoes a transaction, and goes no way back to a savepoint.
  var undoesTransaction: Bool {
    let found = words.prefix(3)
    return found.first.map(Self.undoing.contains) ?? false && !found.contains("to")
  }
}
