import AdaptorCore

/// Records that the server refused, until they are too many.
struct Rejections: Sendable {
  private let count: Int
  /// How many there may be.
  private let budget: Double
  private let showsValues: Bool
  private var list: [(index: Int, data: JSON, error: AdaptorError)] = []

  /// - Parameters:
  ///   - count: how many records there are.
  ///   - limit: the option `maxErrors`.
  /// - Throws: `AdaptorError` with code `.invalidArgument` for a limit that is none.
  init(of count: Int, limit: JSON?, showsValues: Bool) throws(AdaptorError) {
    self.count = count
    self.showsValues = showsValues
    budget = try Self.budget(limit ?? .null, count)
  }

  private static func budget(_ limit: JSON, _ count: Int) throws(AdaptorError) -> Double {
    if limit.isNull { return .infinity }
    if let number = limit.double, number >= 0 { return number }
    if let text = limit.string, text.hasSuffix("%"), let percent = Double(text.dropLast()),
      percent >= 0
    {
      return Double(count) * percent / 100
    }
    throw AdaptorError(
      .invalidArgument, "maxErrors is a number or a percentage such as '1%', found \(limit.kind)")
  }

  var isEmpty: Bool { list.isEmpty }

  /// Sets a record aside.
  ///
  /// - Throws: `AdaptorError` with the first error's code when that is one too many.
  mutating func add(_ index: Int, _ data: JSON, _ error: AdaptorError) throws(AdaptorError) {
    let error =
      showsValues ? error : ErrorPrivacy.hidingValues(of: error, hidesMessage: true)
    list.append((index, data, error))
    guard Double(list.count) > budget else { return }
    let first = list[0].error
    throw AdaptorError(
      first.code,
      "\(list.count) of \(count) records were refused, and no more than \(Int(budget)) may be: "
        + first.message, details: first.details)
  }

  /// For the log.
  var summary: String { "\(list.count) of \(count) records were refused; see state.rejected" }

  /// `{ index, data, error }` of each, in the order of the records.
  var json: [JSON] {
    list.sorted { $0.index < $1.index }.map {
      var error = $0.error.details
      error["message"] = .string($0.error.message)
      return ["index": .int($0.index), "data": $0.data, "error": .object(error)]
    }
  }
}
