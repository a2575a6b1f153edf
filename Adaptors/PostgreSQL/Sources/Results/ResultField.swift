import AdaptorCore
import CLibpq

/// A column of a result.
struct ResultField: Sendable {
  let name: String
  /// The table the column comes from, or 0.
  let tableID: UInt32
  /// Its number in that table, or 0.
  let columnID: Int32
  let typeID: UInt32
  /// Bytes; negative for a variable size.
  let typeSize: Int32
  /// What the type is declared with, such as a length; -1 for none.
  let typeModifier: Int32

  /// The columns of `result`, copied.
  static func all(of result: OpaquePointer) -> [ResultField] {
    (0..<PQnfields(result)).map { column in
      ResultField(
        name: PQfname(result, column).map { String(cString: $0) } ?? "",
        tableID: PQftable(result, column), columnID: PQftablecol(result, column),
        typeID: PQftype(result, column), typeSize: PQfsize(result, column),
        typeModifier: PQfmod(result, column))
    }
  }

  /// As node-postgres describes it.
  var description: JSON {
    [
      "name": .string(name), "tableID": .int(Int(tableID)), "columnID": .int(Int(columnID)),
      "dataTypeID": .int(Int(typeID)), "dataTypeSize": .int(Int(typeSize)),
      "dataTypeModifier": .int(Int(typeModifier)), "format": "text",
    ]
  }
}
