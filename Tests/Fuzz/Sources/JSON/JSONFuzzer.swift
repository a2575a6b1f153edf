import AdaptorCore
import Generators
import Synchronization

/// Documents, valid and damaged: both parsers must read or refuse them as Python does.
final class JSONFuzzer: Fuzzer {
  private static let roundSize = 200
  /// Documents of a round that are also the input of a run of their own.
  private static let states = 3

  private let jobs: JobRunner
  private let record: InputRecord
  private let oracle: Oracle
  private var generator: JSONTextGenerator

  init(seed: UInt64, jobs: JobRunner, record: InputRecord) throws {
    self.jobs = jobs
    self.record = record
    oracle = try Oracle()
    generator = JSONTextGenerator(seed: seed)
  }

  func round() async throws -> Int {
    let documents = (0..<Self.roundSize).map { _ in generator.next() }
    if let failure = try await failure(in: documents) { throw failure }
    return documents.count
  }

  func verdict(on input: [UInt8]) async throws -> String? {
    try await failure(in: [input])?.reason
  }

  private func failure(in documents: [[UInt8]]) async throws -> Failure? {
    let answers = try oracle.json(documents)
    for (document, answer) in zip(documents, answers) {
      if let reason = ours(document, answer) { return Failure(reason: reason, input: document) }
    }
    let values = try await engineValues(of: documents)
    for (index, document) in documents.enumerated() {
      let expected = try answers[index].map { try JSON(parsing: $0) }
      if let reason = JSONComparison.engine(values[index], expected) {
        return Failure(reason: "engine: \(reason)", input: document)
      }
      guard index < Self.states, let reason = try await state(document, expected) else { continue }
      return Failure(reason: "state: \(reason)", input: document)
    }
    return nil
  }

  /// Our parser keeps order and digits, so its text must be Python's.
  private func ours(_ document: [UInt8], _ answer: [UInt8]?) -> String? {
    record.store(document, of: .json)
    do {
      let bytes = try JSON(parsing: document).bytes()
      guard let answer else { return "our parser reads what Python refuses" }
      return bytes == answer
        ? nil : "our parser reads another value: \(String(decoding: bytes, as: UTF8.self))"
    } catch {
      return answer == nil ? nil : "our parser refuses: \(error.message)"
    }
  }

  /// What a job gets when an operation answers with each document.
  private func engineValues(of documents: [[UInt8]]) async throws -> [JSON] {
    FuzzAdaptor.documents.withLock { $0 = documents }
    record.store(Array(documents.joined(separator: [0x0A])), of: .json)
    let indices = JSON.array(documents.indices.map(JSON.int))
    return try await jobs.run(Self.job, input: (["data": indices] as JSON).bytes())["data"].elements
  }

  /// What a job gets that starts with the document as its state.
  private func state(_ document: [UInt8], _ expected: JSON?) async throws -> String? {
    record.store(document, of: .json)
    let job = "fn(state => ({ data: { value: state.document } }));"
    let text = Array("{\"document\":".utf8) + document + Array("}".utf8)
    // Text that is no document can become one between braces.
    let isCut = expected == nil && (try? JSON(parsing: text)) != nil
    if isCut || document.starts(with: [0xEF, 0xBB, 0xBF]) { return nil }
    do {
      let value = try await jobs.run(job, input: text)["data"]
      return JSONComparison.engine(value, expected)
    } catch {
      return expected == nil && error.code == .malformedJSON ? nil : "\(error)"
    }
  }

  private static let job = """
    fn(async state => {
      const data = [];
      for (const index of state.data) {
        try {
          data.push({ value: (await document(index)({})).data });
        } catch (error) {
          data.push({ error: error.message });
        }
      }
      return { data };
    });
    """
}
