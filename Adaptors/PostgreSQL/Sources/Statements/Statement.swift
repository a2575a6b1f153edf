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

  /// The values of the parameters, as far as they are texts of their own.
  var parameterTexts: [String] {
    parameters.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Whether the text begins with one of these words, and goes no way back to a savepoint.
  func endsTransaction(by words: Set<String>) -> Bool {
    let found = text.lowercasedASCII.split { !$0.isLetter }.prefix(3).map(String.init)
    return found.first.map(words.contains) ?? false && !found.contains("to")
  }
}
