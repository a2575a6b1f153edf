import AdaptorCore

/// Makes values of the elements at a path, as a parser meets their beginnings, texts and ends.
struct XMLBuilder {
  /// The elements that are complete, in order.
  private(set) var items: [(name: String, value: JSON)] = []
  /// The names that lead to an item, from the root; nil: the root itself, whatever its name.
  private let path: [String]?
  /// The names of the open elements outside of an item.
  private var trail: [String] = []
  /// The open elements of an item, from its own.
  private var open: [XMLElement] = []

  init(path: [String]? = nil) { self.path = path }

  mutating func begin(_ name: String, attributes: [(name: String, value: String)]) {
    if open.isEmpty {
      trail.append(name)
      guard path.map({ trail == $0 }) ?? (trail.count == 1) else { return }
    }
    var element = XMLElement(name: name)
    for attribute in attributes { element.add("@" + attribute.name, .string(attribute.value)) }
    open.append(element)
  }

  mutating func add(text: String) {
    if !open.isEmpty { open[open.count - 1].text += text }
  }

  mutating func end() {
    guard let element = open.popLast() else {
      trail.removeLast()
      return
    }
    guard open.isEmpty else { return open[open.count - 1].add(element.name, element.value) }
    trail.removeLast()
    items.append((element.name, element.value))
  }

  /// The items that are complete, which are forgotten.
  mutating func takeItems() -> [JSON] {
    defer { items = [] }
    return items.map(\.value)
  }
}
