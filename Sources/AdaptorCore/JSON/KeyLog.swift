/// Remembers which members of each object a type asked for, so that a misspelled one can be reported.
final class KeyLog {
  private struct Entry {
    let path: [any CodingKey]
    let found: [String]
    var asked: Set<String> = []
  }

  private var entries: [String: Entry] = [:]
  private var takenWhole: Set<String> = []

  func open(_ path: [any CodingKey], _ object: JSONObject) {
    let id = Self.id(path)
    if entries[id] == nil { entries[id] = Entry(path: path, found: object.keys) }
  }

  func ask(_ path: [any CodingKey], _ key: String) { entries[Self.id(path)]?.asked.insert(key) }

  func askAll(_ path: [any CodingKey]) { takenWhole.insert(Self.id(path)) }

  /// A sentence for each member that nobody asked for.
  var unknownKeys: [String] {
    entries.filter { !takenWhole.contains($0.key) }.sorted { $0.key < $1.key }
      .flatMap { sentences($0.value) }
  }

  private func sentences(_ entry: Entry) -> [String] {
    let place = entry.path.isEmpty ? "" : "at \(entry.path.map(\.pathComponent).joined()) "
    return entry.found.filter { !entry.asked.contains($0) }.map { key in
      "\(place)has an unknown key '\(key)', ignored.\(key.suggestion(from: entry.asked))"
    }
  }

  private static func id(_ path: [any CodingKey]) -> String {
    path.map(\.pathComponent).joined()
  }
}
