/// Remembers which members of each object a type asked for, so that a misspelled one can be reported.
final class KeyLog {
  /// An object that a type has opened.
  final class Entry {
    fileprivate let place: JSONPlace?
    fileprivate let object: JSONObject
    fileprivate private(set) var asked: [String] = []

    init(_ place: JSONPlace?, _ object: JSONObject) {
      self.place = place
      self.object = object
    }

    func ask(_ key: String) { asked.append(key) }
  }

  private var entries: [Entry] = []
  private var takenWhole: [JSONPlace?] = []

  func open(_ place: JSONPlace?, _ object: JSONObject) -> Entry {
    let entry = Entry(place, object)
    entries.append(entry)
    return entry
  }

  func takeWhole(_ place: JSONPlace?) { takenWhole.append(place) }

  /// A sentence for each member that nobody asked for.
  var unknownKeys: [String] {
    // Mostly there is none.
    if entries.allSatisfy({ Self.unknown(in: $0.object, $0.asked).isEmpty }) { return [] }
    let whole = Set(takenWhole.map(Self.name))
    return Dictionary(grouping: entries) { Self.name($0.place) }
      .filter { !whole.contains($0.key) }.sorted { $0.key < $1.key }
      .flatMap { Self.sentences($0.key, $0.value) }
  }

  private static func sentences(_ place: String, _ entries: [Entry]) -> [String] {
    let asked = entries.flatMap(\.asked)
    return unknown(in: entries[0].object, asked).map { key in
      "\(place.isEmpty ? "" : "at \(place) ")has an unknown key '\(key)', ignored."
        + key.suggestion(from: Set(asked))
    }
  }

  private static func unknown(in object: JSONObject, _ asked: [String]) -> [String] {
    object.lazy.map(\.key).filter { !asked.contains($0) }
  }

  private static func name(_ place: JSONPlace?) -> String {
    (place?.path ?? []).map(\.pathComponent).joined()
  }
}
