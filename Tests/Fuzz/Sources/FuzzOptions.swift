/// What the command line asks for.
struct FuzzOptions: Sendable {
  var seed = UInt64.random(in: 0..<1_000_000)
  var seconds = 60.0
  var parts = Part.allCases
  /// A file with the only input to check.
  var input: String?
  /// The worker's file for its current input; nil in the process that starts it.
  var record: String?

  init(_ arguments: some Sequence<String>) throws(UsageError) {
    var words = arguments.makeIterator()
    while let option = words.next() {
      guard let value = words.next() else { throw UsageError("\(option) needs a value") }
      try set(option, value)
    }
    if input != nil, parts.count > 1 { throw UsageError("--input needs --only PART") }
  }

  private mutating func set(_ option: String, _ value: String) throws(UsageError) {
    switch option {
    case "--seed": seed = try Self.read(option, UInt64(value))
    case "--seconds": seconds = try Self.read(option, Double(value))
    case "--only": parts = [try Self.read(option, Part(rawValue: value))]
    case "--input": input = value
    case "--record": record = value
    default: throw UsageError("There is no option \(option): see Tests/Fuzz/run --help")
    }
  }

  private static func read<Value>(_ option: String, _ value: Value?) throws(UsageError) -> Value {
    guard let value else { throw UsageError("\(option) cannot have this value") }
    return value
  }

  /// The same options for the worker process.
  func arguments(record: String) -> [String] {
    var arguments = ["--seed", "\(seed)", "--seconds", "\(seconds)", "--record", record]
    if parts.count == 1 { arguments += ["--only", parts[0].rawValue] }
    if let input { arguments += ["--input", input] }
    return arguments
  }
}
