import AdaptorCore

/// An outcome as `native.js` takes it: `{ "change": { "data": …, "additions": { … }, … }, "appends": [[key, value]] }`,
/// where what is empty is left out.
struct OutcomeText {
  private(set) var bytes: [UInt8] = Array("{".utf8)
  /// The texts in it that come from an adaptor.
  private(set) var parts: [RawJSON] = []

  /// - Parameter hasData: false: the data crosses by itself.
  init(_ outcome: Outcome, hasData: Bool) {
    if let change = outcome.change { add(change, hasData: hasData) }
    if !outcome.appends.isEmpty {
      begin("appends")
      list(outcome.appends) { text, append in
        text.bytes.append(UInt8(ascii: "["))
        text.bytes += JSON.string(append.key).bytes()
        text.bytes.append(UInt8(ascii: ","))
        text.add(append.value)
        text.bytes.append(UInt8(ascii: "]"))
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func add(_ change: Outcome.Change, hasData: Bool) {
    begin("change")
    bytes.append(UInt8(ascii: "{"))
    if hasData, let data = change.data { add("data", data) }
    if !change.additions.isEmpty {
      begin("additions")
      bytes.append(UInt8(ascii: "{"))
      for (key, value) in change.additions { add(key, value) }
      bytes.append(UInt8(ascii: "}"))
    }
    if change.keepsReferences { add("keepsReferences", true) }
    if !change.dataPaths.isEmpty {
      add("paths", .array(change.dataPaths.map { JSON.strings([$0.key, $0.member]) }))
    }
    if !change.types.isEmpty { add("types", .array(change.types.map(\.description))) }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func add(_ key: String, _ value: JSON) {
    begin(key)
    bytes += value.bytes()
  }

  private mutating func add(_ key: String, _ value: RawJSON) {
    begin(key)
    add(value)
  }

  private mutating func add(_ value: RawJSON) {
    bytes += value.withoutMark
    parts.append(value)
  }

  /// `"key":`, after a comma unless it is the first.
  private mutating func begin(_ key: String) {
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    bytes += JSON.string(key).bytes()
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func list<Element>(
    _ elements: [Element], _ add: (inout OutcomeText, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
      add(&self, element)
    }
    bytes.append(UInt8(ascii: "]"))
  }
}
