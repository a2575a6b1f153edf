/// What is fed with bad input.
enum Part: String, CaseIterable, Sendable {
  case compiler, json, csv, jsonpath

  /// The part of the time it gets when all are run.
  var share: Double { self == .compiler ? 0.64 : 0.12 }

  /// The ending of a file that holds one of its inputs.
  var fileEnding: String { self == .compiler ? "js" : "json" }
}
