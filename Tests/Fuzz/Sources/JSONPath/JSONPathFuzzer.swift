import AdaptorCore
import Generators

/// Paths over documents: a value or an error, in time; and what a plain path leads to is found.
final class JSONPathFuzzer: Fuzzer {
  private static let roundSize = 200

  private let jobs: JobRunner
  private let record: InputRecord
  private var generator: JSONPathGenerator

  init(seed: UInt64, jobs: JobRunner, record: InputRecord) {
    self.jobs = jobs
    self.record = record
    generator = JSONPathGenerator(seed: seed)
  }

  func round() async throws -> Int {
    let cases = (0..<Self.roundSize).map { _ in generator.next() }
    for (each, reason) in zip(cases, try await verdicts(on: cases)) {
      if let reason { throw Failure(reason: reason, input: each.json.bytes()) }
    }
    return cases.count
  }

  func verdict(on input: [UInt8]) async throws -> String? {
    guard let json = try? JSON(parsing: input), let test = JSONPathCase(json) else { return nil }
    return try await verdicts(on: [test])[0]
  }

  private func verdicts(on cases: [JSONPathCase]) async throws -> [String?] {
    record.store(JSON.array(cases.map(\.json)).bytes(), of: .jsonpath)
    do {
      let state = ["data": .array(cases.map(\.input))] as JSON
      let answers = try await jobs.run(Self.job, input: state.bytes())["data"].elements
      return zip(cases, answers).map(verdict)
    } catch {
      // The run itself has ended: find the case that ends it.
      return cases.count == 1 ? ["\(error)"] : try await one(of: cases)
    }
  }

  private func one(of cases: [JSONPathCase]) async throws -> [String?] {
    for each in cases {
      let verdict = try await verdicts(on: [each])
      if let reason = verdict[0] { throw Failure(reason: reason, input: each.json.bytes()) }
    }
    throw Failure(
      reason: "a run fails with all cases and with none alone",
      input: JSON.array(cases.map(\.json)).bytes())
  }

  private func verdict(_ test: JSONPathCase, _ answer: JSON) -> String? {
    if let worse = answer["worse"].string { return worse }
    guard let expected = test.expected else { return nil }
    return JSONComparison.engine(answer, expected).map { "\($0), expected \(expected)" }
  }

  private static let job = """
    const attempt = read => {
      try {
        return { value: read() ?? null };
      } catch (error) {
        const isError = Object.prototype.toString.call(error) === '[object Error]';
        return isError && error.message ? { error: error.message } : { worse: String(error) };
      }
    };
    fn(state => ({
      data: state.data.map(({ path, document }) => {
        const [lazy, direct] = [sourceValue(path), state => jsonValue(state, path)]
          .map(read => attempt(() => read(document)));
        const isSame = JSON.stringify(lazy) === JSON.stringify(direct);
        // How deep the stack goes depends on how often code has run.
        const isTooDeep = [lazy, direct].some(({ error }) => /call stack/.test(error));
        return isSame || isTooDeep ? lazy : { worse: 'sourceValue and jsonValue give different answers' };
      }),
    }));
    """
}
