import AdaptorCore
import Foundation
import Testing

@testable import AdaptorRunner

@Suite struct FileSystemTests {
  private let scratch = ScratchFolder()
  private var folder: String { scratch.path }

  init() throws { try FileSystem.makeDirectory("\(folder)/deep/er") }

  @Test func whatIsWrittenIsRead() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try FileSystem.write(bytes, to: "\(folder)/deep/er/file")
    #expect(try FileSystem.read("\(folder)/deep/er/file") == bytes)
  }

  @Test func nothingIsLeftBesideTheFile() throws {
    try FileSystem.write([1], to: "\(folder)/a")
    try FileSystem.write([2], to: "\(folder)/a")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a", "deep"])
  }

  @Test func problemsNameThePath() throws {
    let missing = #expect(throws: AdaptorError.self) { try FileSystem.read("\(folder)/none") }
    #expect(missing?.message == "'\(folder)/none' cannot be read: No such file or directory")
    let directory = #expect(throws: AdaptorError.self) { try FileSystem.read(folder) }
    #expect(directory?.message == "'\(folder)' cannot be read: Is a directory")
    let full = #expect(throws: AdaptorError.self) { try FileSystem.write([1], to: "/dev/full") }
    #expect(full?.message == "'/dev/full' cannot be written: No space left on device")
    let over = #expect(throws: AdaptorError.self) { try FileSystem.write([1], to: folder) }
    #expect(over?.message == "'\(folder)' cannot be written: Is a directory")
  }

  @Test(arguments: [
    ("a/b.js", "a"), ("/b.js", "/"), ("b.js", ""), ("/a/b/c", "/a/b"),
  ])
  func directories(path: String, directory: String) {
    #expect(FileSystem.directory(of: path) == directory)
  }
}
