import AdaptorCore

/// What a job file sees of an adaptor: the names it can import, from the adaptor's declarations.
struct AdaptorFace {
  let index: Int
  let manifest: AdaptorManifest
  let operations: [OperationInfo]
  let functions: [OperationInfo]

  init(_ adaptor: any Adaptor.Type, index: Int) {
    self.index = index
    manifest = adaptor.manifest
    operations = adaptor.operationInfos
    functions = adaptor.functions.map(\.info)
  }

  /// The exported names, a namespace once.
  var exports: [String] {
    let own = (operations + functions).map(\.name)
    let shared = manifest.commonOperations == ["*"] ? Self.allOfCommon : manifest.commonOperations
    var seen: Set<String> = []
    return (own + ["execute"] + shared).map { String($0.prefix { $0 != "." }) }
      .filter { seen.insert($0).inserted }
  }

  /// For the runtime script.
  var description: JSON {
    [
      "index": .int(index), "name": .string(manifest.name),
      "packageName": .string(manifest.packageName),
      "initialState": .object(manifest.initialState),
      "aliases": .array(
        manifest.configurationAliases.sorted { $0.key < $1.key }.map {
          .strings([$0.key, $0.value])
        }
      ),
      "operations": .strings(operations.map(\.name)),
      "parameters": .array(operations.map { .strings($0.parameters.map(\.name)) }),
      "optionNames": .strings(
        operations.lazy.compactMap { $0.parameters.last?.optionNames }.first { !$0.isEmpty } ?? []),
      "inParts": .array(
        operations.map { .int($0.parameters.firstIndex(where: \.mayComeInParts) ?? -1) }),
      "valueDepths": .array(operations.map { .int($0.valueDepth) }),
      "functions": .strings(functions.map(\.name)),
      "common": .strings(manifest.commonOperations),
    ]
  }

  /// What `common.js` exports.
  static let allOfCommon = [
    "_", "alterState", "arrayToString", "as", "asData", "assert", "beta", "chunk", "combine",
    "composeNextState", "cursor", "dataPath", "dataValue", "dateFns", "debug", "each", "execute",
    "field", "fields", "fn", "fnIf", "group", "http", "humanProper", "index", "join", "jsonValue",
    "lastReferenceValue", "log", "map", "merge", "parseCsv", "referencePath", "scrubEmojis",
    "source", "sourceValue", "splitKeys", "toArray", "util", "validate",
  ]
}

extension Adaptor {
  static var operationInfos: [OperationInfo] { operations.map(\.info) }
}
