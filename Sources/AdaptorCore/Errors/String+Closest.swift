extension String {
  /// The candidate that a writer of this word most likely meant, or nil when none is near.
  ///
  /// Near means an edit distance of at most 2, or a third of the word if that is more.
  package func closest(in candidates: some Sequence<String>) -> String? {
    candidates.lazy
      .map { (word: $0, distance: editDistance(to: $0)) }
      .filter { $0.distance <= Swift.max(2, count / 3) && $0.distance < $0.word.count }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
  }

  /// " Did you mean 'x'?" for the closest candidate, with the space before it; empty when none is
  /// near.
  public func suggestion(from candidates: some Sequence<String>) -> String {
    closest(in: candidates).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// The Levenshtein distance: how many characters to insert, delete or replace.
  func editDistance(to other: String) -> Int {
    let source = Array(self)
    let target = Array(other)
    var row = Array(0...target.count)
    for i in source.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in target.indices {
        let insertOrDelete = Swift.min(row[j], row[j + 1]) + 1
        let replace = diagonal + (source[i] == target[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(insertOrDelete, replace)
      }
    }
    return row[target.count]
  }
}
