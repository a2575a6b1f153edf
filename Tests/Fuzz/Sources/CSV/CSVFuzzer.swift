import AdaptorCore
import Generators

/// Tables that Python wrote, and text that nobody wrote: rows must be Python's, errors must have a code,
/// and nothing may depend on how the text arrives.
final class CSVFuzzer: Fuzzer {
  private static let roundSize = 100

  private let jobs: JobRunner
  private let record: InputRecord
  private let oracle: Oracle
  private let library: CSVLibrary
  private var generator: CSVGenerator

  init(seed: UInt64, jobs: JobRunner, record: InputRecord) throws {
    self.jobs = jobs
    self.record = record
    oracle = try Oracle()
    library = try CSVLibrary()
    generator = CSVGenerator(seed: seed)
  }

  func round() async throws -> Int {
    var cases = generator.tables(Self.roundSize / 2)
    for (index, text) in try oracle.write(cases.map(\.request)).enumerated() {
      cases[index].text = text ?? ""
      cases[index].cuts = generator.cuts(in: cases[index].text)
    }
    cases += (0..<Self.roundSize / 2).map { _ in generator.garbage() }
    for (each, reason) in zip(cases, try await verdicts(on: cases)) {
      if let reason { throw Failure(reason: reason, input: each.json.bytes()) }
    }
    return cases.count
  }

  func verdict(on input: [UInt8]) async throws -> String? {
    guard let json = try? JSON(parsing: input), var test = CSVCase(json) else { return nil }
    if test.rows != nil {
      guard let text = try oracle.write([test.request])[0] else { return nil }
      test.text = text
    }
    return try await verdicts(on: [test])[0]
  }

  private func verdicts(on cases: [CSVCase]) async throws -> [String?] {
    record.store(JSON.array(cases.map(\.json)).bytes(), of: .csv)
    let ours = try library.parse(cases)
    let input = ["data": .array(cases.map(\.json))] as JSON
    let jobs = try await jobs.run(Self.job, input: input.bytes())["data"].elements
    let comparable = cases.filter(\.isPlain)
    var python = try oracle.read(comparable.map(\.request)).makeIterator()
    return zip(cases, zip(ours, jobs)).map { test, answers in
      let (ours, job) = answers
      let expected = test.isPlain ? python.next() ?? nil : nil
      return CSVCheck(test: test, whole: ours["whole"], pieces: ours["pieces"], job: job)
        .verdict(python: expected)
    }
  }

  private static let job = """
    fn(async state => {
      const data = [];
      for (const { text, options } of state.data) {
        try {
          // Without rows the state stays as it was.
          data.push({ rows: (await parseCsv(text, options)({ data: [] })).data });
        } catch (error) {
          data.push({ code: String(error.code), message: String(error) });
        }
      }
      return { data };
    });
    """
}
