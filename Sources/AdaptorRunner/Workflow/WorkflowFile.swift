import AdaptorCore

/// Reads a workflow file, in any of the shapes that OpenFn accepts, and the files it names.
public struct WorkflowFile {
  /// The folder that relative paths start from.
  let directory: String
  /// Configurations by name, for steps that name one.
  let credentials: JSONObject
  private(set) var warnings: [String] = []

  /// Reads a workflow in JSON (by its ending `.json`) or else in YAML.
  ///
  /// - Parameters:
  ///   - path: the file; paths inside it start from its folder.
  ///   - credentials: configurations by name, for steps that name one.
  /// - Returns: the plan; the time a step may take, if the file says so; and sentences about what
  ///   was odd but did not stop it.
  /// - Throws: `AdaptorError` that names the file and the step at fault: `.file`, `.malformedJSON`,
  ///   `.malformedYAML` or `.invalidPlan`.
  public static func load(
    _ path: String, credentials: JSONObject = [:]
  ) throws(AdaptorError) -> (plan: Plan, timeout: Duration?, warnings: [String]) {
    let bytes = try FileSystem.read(path)
    var file = WorkflowFile(directory: FileSystem.directory(of: path), credentials: credentials)
    do {
      let document = path.hasSuffix(".json") ? try JSON(parsing: bytes) : try YAMLReader.read(bytes)
      let name = path.split(separator: "/").last?.split(separator: ".").first.map(String.init)
      let plan = try file.plan(document, fallbackName: name)
      let timeout = document["options"]["timeout"].int.map { Duration.milliseconds($0) }
      return (plan, timeout, file.warnings)
    } catch {
      throw AdaptorError(error.code, "'\(path)': \(error)", details: error.details)
    }
  }

  private init(directory: String, credentials: JSONObject) {
    self.directory = directory
    self.credentials = credentials
  }

  private mutating func plan(
    _ document: JSON, fallbackName: String?
  ) throws(AdaptorError) -> Plan {
    let workflow = document["workflow"].object.map(JSON.object) ?? document
    let isLegacy = workflow["steps"].isNull && !workflow["jobs"].isNull
    if isLegacy {
      warnings.append("'jobs' is the old name of 'steps'; the workflow runs all the same")
    }
    guard case .array(let list) = workflow[isLegacy ? "jobs" : "steps"] else {
      throw AdaptorError(.invalidPlan, "a workflow needs a list of 'steps'")
    }
    var unnamed = 0
    var steps: [Step] = []
    for entry in list { steps.append(try step(entry, &unnamed)) }
    if let shared = workflow["credentials"].object {
      for index in steps.indices { steps[index].addDefault(configuration: shared) }
    }
    return Plan(
      name: workflow["name"].string ?? fallbackName, steps: steps,
      start: Self.id(document["options"]["start"]) ?? Self.id(workflow["start"])
        ?? Self.id(document["start"]),
      globals: try workflow["globals"].string.map { (text) throws(AdaptorError) in
        String(decoding: try source(text), as: UTF8.self)
      })
  }

  private mutating func step(_ entry: JSON, _ unnamed: inout Int) throws(AdaptorError) -> Step {
    guard entry.object != nil else {
      throw AdaptorError(.invalidPlan, "a step must be an object, found \(entry.kind)")
    }
    if Self.id(entry["id"]) == nil { unnamed += 1 }
    let id = Self.id(entry["id"]) ?? "job-\(unnamed)"
    do {
      let text = entry["expression"].string.flatMap { $0.isEmpty ? nil : $0 }
      return Step(
        id: id, name: entry["name"].string,
        expression: try text.map { (text) throws(AdaptorError) in try source(text) },
        file: text.flatMap { Self.isPath($0) ? $0 : nil }, adaptors: Self.adaptors(entry),
        configuration: text == nil ? [:] : try configuration(entry["configuration"]),
        defaultState: try object(entry["state"], "state"), next: try edges(entry["next"]))
    } catch {
      throw error.within("step '\(id)'")
    }
  }

  /// The id of a step, which YAML may take for a number.
  private static func id(_ value: JSON) -> String? { value.string ?? value.int.map(String.init) }

  private static func adaptors(_ entry: JSON) -> [String] {
    entry["adaptors"].elements.compactMap(\.string)
      + [entry["adaptor"].string].compactMap { $0 }
  }

  // MARK: Files named by text

  /// OpenFn's rule for telling a path from source text: one line that ends in ts, js, json, ojs, ….
  static func isPath(_ text: String) -> Bool {
    !text.contains(where: \.isNewline)
      && ["ts", "js", "jsn", "jso", "json", "ojs"].contains { text.hasSuffix($0) }
  }

  private func source(_ text: String) throws(AdaptorError) -> [UInt8] {
    guard Self.isPath(text) else { return Array(text.utf8) }
    return try FileSystem.read(FileSystem.resolve(text, in: directory))
  }

  private func object(_ value: JSON, _ what: String) throws(AdaptorError) -> JSONObject {
    switch value {
    case .null: return [:]
    case .object(let members): return members
    case .string(let path) where Self.isPath(path):
      let json = try JSON(parsing: try FileSystem.read(FileSystem.resolve(path, in: directory)))
      return try object(json, what)
    default:
      throw AdaptorError(
        .invalidPlan, "'\(what)' must be an object or the path of a .json file, found \(value.kind)"
      )
    }
  }

  /// An object, a file, or the name of a credential.
  private mutating func configuration(_ value: JSON) throws(AdaptorError) -> JSONObject {
    guard let name = value.string, !name.hasSuffix(".json") else {
      return try object(value, "configuration")
    }
    if let found = credentials[name] { return try object(found, "configuration") }
    warnings.append(
      "no credential is called '\(name)', so the step runs without."
        + name.suggestion(from: credentials.keys))
    return [:]
  }

  // MARK: Edges

  private func edges(_ next: JSON) throws(AdaptorError) -> [Edge] {
    switch next {
    case .null: return []
    case .string(let target): return [Edge(to: target)]
    case .object(let members):
      return members.map { Edge(to: $0.key, when: Self.condition($0.value)) }
    default:
      throw AdaptorError(
        .invalidPlan, "'next' must be a step id or an object of edges, found \(next.kind)")
    }
  }

  /// An object without a condition that holds is never followed, nor is a number, as in OpenFn.
  private static func condition(_ edge: JSON) -> Edge.Condition {
    switch edge {
    case .bool(let isFollowed): isFollowed ? .always : .never
    case .string(let text): condition(text: text)
    case .object(let members):
      members["disabled"] == true ? .never : members["condition"].map(condition) ?? .never
    default: .never
    }
  }

  private static func condition(text: String) -> Edge.Condition {
    switch text {
    case "": .never
    case "always": .always
    case "never": .never
    case "on_job_success", "on_upstream_success": .onSuccess
    case "on_job_failure", "on_upstream_fail": .onFailure
    default: .expression(text)
    }
  }
}
