import Foundation
import Generators
import Testing

@testable import AdaptorCore

@Suite(.enabled(if: PythonJSON.isInstalled, "python3 is not installed"))
struct JSONDifferentialTests {
  @Test("Documents read as Python reads them", arguments: 1...3)
  func valid(seed: UInt64) throws {
    var generator = DocumentGenerator(seed: seed)
    try compare((0..<500).map { _ in generator.document() })
  }

  @Test("Damaged documents are accepted or refused as by Python", arguments: 4...6)
  func damaged(seed: UInt64) throws {
    var generator = DocumentGenerator(seed: seed)
    let answers = try compare((0..<1000).map { _ in generator.damagedDocument() })
    let refused = answers.count { $0 == PythonJSON.refused }
    #expect(refused > 300 && refused < 1000, "the damage must be worth the test")
  }

  @discardableResult
  private func compare(_ documents: [[UInt8]]) throws -> [String] {
    let answers = try PythonJSON.read(documents)
    try #require(answers.count == documents.count)
    for (document, answer) in zip(documents, answers) {
      let ours = (try? JSON(parsing: document).text()) ?? PythonJSON.refused
      #expect(
        Array(ours.utf8) == Array(answer.utf8),
        "\(String(decoding: document, as: UTF8.self).debugDescription)")
    }
    return answers
  }
}

/// Python's json module, asked for compact text with the digits of numbers as they were.
private enum PythonJSON {
  static let refused = "refused"

  static var isInstalled: Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/python3")
    }
  }

  /// One answer for each document.
  static func read(_ documents: [[UInt8]]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
    let input = folder.appendingPathComponent("json-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: input) }
    let lines = documents.map { Data($0).base64EncodedString() + "\n" }
    try Data(lines.joined().utf8).write(to: input)

    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, input.path]
    process.standardOutput = output
    try process.run()
    let answers = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return answers.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let script = """
    import base64, json, sys

    class Number(str): pass

    def refuse(word): raise ValueError(word)

    def whole(text):
        return ''.join('\\ufffd' if 0xD800 <= ord(c) < 0xE000 else c for c in text)

    def text(value): return json.dumps(whole(value), ensure_ascii=False)

    def members(pairs): return dict((whole(key), value) for key, value in pairs)

    def dump(value):
        if isinstance(value, Number): return str(value)
        if isinstance(value, str): return text(value)
        if isinstance(value, list): return '[' + ','.join(map(dump, value)) + ']'
        if isinstance(value, dict):
            return '{' + ','.join(text(k) + ':' + dump(v) for k, v in value.items()) + '}'
        return json.dumps(value)

    def answer(document):
        try:
            return dump(json.loads(
                document.decode('utf-8'), parse_int=Number, parse_float=Number,
                parse_constant=refuse, object_pairs_hook=members))
        except ValueError:
            return '\(refused)'

    for line in open(sys.argv[1]):
        sys.stdout.buffer.write(answer(base64.b64decode(line)).encode('utf-8') + b'\\n')
    """
}
