/// The members of a JSON object in the order in which they were written.
///
/// A repeated key keeps its first place and its last value, as JavaScript does. Keys are compared
/// character code by character code: two spellings of "é" are two keys. Two objects are equal when
/// they have the same members in any order.
public struct JSONObject: Sendable, Hashable {
  /// One member: a key and its value.
  public struct Member: Sendable, Hashable {
    /// The name, unescaped.
    public let key: String
    /// What the name stands for; `.null` is a value too.
    public var value: JSON

    /// Pairs a key with a value.
    public init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  private var members: [Member] = []
  /// Kept only for objects too large for a linear search.
  private var positions: [ExactKey: Int]?

  private static let linearSearchLimit = 16

  /// An object without members.
  public init() {}

  /// An object of `members`; of repeated keys the last value counts.
  public init(_ members: some Sequence<Member>) {
    for member in members { self[member.key] = member.value }
  }

  /// The value of `key`. Setting nil removes the member.
  public subscript(key: String) -> JSON? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The keys in their order.
  public var keys: [String] { members.map(\.key) }

  /// The members of `other` added to this object; on equal keys `other` wins.
  public func merging(_ other: JSONObject) -> JSONObject {
    var merged = self
    for member in other { merged[member.key] = member.value }
    return merged
  }

  private func position(of key: String) -> Int? {
    if let positions { return positions[ExactKey(key)] }
    return members.firstIndex { ExactKey($0.key) == ExactKey(key) }
  }

  private mutating func append(_ member: Member) {
    members.append(member)
    if positions != nil {
      positions?[ExactKey(member.key)] = members.count - 1
    } else if members.count > Self.linearSearchLimit {
      reindex()
    }
  }

  private mutating func remove(at position: Int) {
    members.remove(at: position)
    if positions != nil { reindex() }
  }

  private mutating func reindex() {
    positions = Dictionary(
      members.enumerated().map { (ExactKey($0.element.key), $0.offset) },
      uniquingKeysWith: { $1 })
  }

  /// Whether both have the same members, in whatever order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }

  /// Feeds the members without regard to their order, as `==` compares them.
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for member in members { sum &+= member.hashValue }
    hasher.combine(sum)
  }
}

extension JSONObject: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { members.startIndex }
  /// The number of members.
  public var endIndex: Int { members.endIndex }
  /// The member at a position from 0, in the order in which members were written.
  public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Lets a dictionary literal stand for an object; of repeated keys the last value counts.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { Member(key: $0.0, value: $0.1) })
  }
}
