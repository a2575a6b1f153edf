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
  var output: CopySink?

  /// Whether the text begins with one of these words.
  func endsTransaction(by words: Set<String>) -> Bool {
    words.contains(text.trimmed.lowercasedASCII.prefix { $0.isLetter }.description)
  }
}
