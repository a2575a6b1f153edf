import AdaptorCore

/// How the text of a column's type becomes JSON, as node-postgres decodes it.
struct ValueType: Sendable {
  enum Scalar: Sendable {
    case text, number, boolean, json, bytes, date, timestamp, timestampWithZone, interval, point
    case circle
  }

  let scalar: Scalar
  let isArray: Bool

  /// What the JSON of values stands for in a job file, besides numbers that are none.
  var kind: TypedPlace.Kind? {
    switch scalar {
    case .date, .timestamp, .timestampWithZone: .date
    case .bytes: .bytes
    default: nil
    }
  }

  /// The type with this number in `pg_type`. Types of extensions and users are text, and so are
  /// `int8`, `numeric` and `money`, which a JavaScript number cannot hold.
  init(oid: UInt32) {
    if let scalar = Self.scalars[oid] {
      self.init(scalar, isArray: false)
    } else {
      self.init(Self.elements[oid] ?? .text, isArray: Self.elements[oid] != nil)
    }
  }

  private init(_ scalar: Scalar, isArray: Bool) {
    self.scalar = scalar
    self.isArray = isArray
  }

  private static let scalars: [UInt32: Scalar] = [
    16: .boolean, 17: .bytes, 21: .number, 23: .number, 26: .number, 700: .number, 701: .number,
    114: .json, 3802: .json, 600: .point, 718: .circle, 1082: .date, 1114: .timestamp,
    1184: .timestampWithZone, 1186: .interval,
  ]

  /// The element types of arrays.
  private static let elements: [UInt32: Scalar] = [
    1000: .boolean, 1001: .bytes, 1005: .number, 1007: .number, 1028: .number, 1021: .number,
    1022: .number, 1231: .number, 1016: .text, 199: .json, 3807: .json, 1017: .point, 1182: .date,
    1115: .timestamp, 1185: .timestampWithZone, 1187: .interval,
    // cidr, money, varchar, bpchar, text, macaddr, inet, numrange, uuid, time, timetz
    651: .text, 791: .text, 1015: .text, 1014: .text, 1009: .text,
    1008: .text, 1040: .text, 1041: .text, 3907: .text, 2951: .text, 1183: .text, 1270: .text,
  ]
}
