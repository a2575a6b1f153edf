import AdaptorCore
import Foundation
import Testing

@testable import AdaptorRunner

@Suite struct CompilationCacheTests {
  private let scratch = ScratchFolder()
  private var folder: String { scratch.path }
  private let job = CompiledJob(
    source: Array("fn(s => s)".utf8), code: Array("(code)".utf8), insertions: [[1, 0, 3]])

  private var cache: CompilationCache { CompilationCache(folder: folder) }

  private var entryFile: String {
    get throws {
      folder + "/"
        + (try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first))
    }
  }

  @Test func anEntryIsFoundAgain() throws {
    cache.store(job, key: "k")
    let found = try #require(cache.find(job.source, key: "k"))
    #expect(found.code == job.code)
    #expect(found.insertions == job.insertions)
  }

  @Test func anotherKeyOrSourceFindsNothing() {
    cache.store(job, key: "k")
    #expect(cache.find(job.source, key: "other") == nil)
    #expect(cache.find(Array("fn(s => t)".utf8), key: "k") == nil)
  }

  @Test(arguments: [0, 1, 10, 60]) func aDamagedEntryIsIgnored(length: Int) throws {
    cache.store(job, key: "k")
    let bytes = try FileSystem.read(entryFile)
    try FileSystem.write(Array(bytes.prefix(length)), to: entryFile)
    #expect(cache.find(job.source, key: "k") == nil)
  }

  @Test func anEntryForAnotherSourceUnderTheSameNameIsIgnored() throws {
    cache.store(job, key: "k")
    var bytes = try FileSystem.read(entryFile)
    let place = try #require(bytes.firstIndex(of: 0x0A)) + 1
    bytes[place] ^= 1
    try FileSystem.write(bytes, to: entryFile)
    #expect(cache.find(job.source, key: "k") == nil)
  }

  @Test func theCacheIsTheUsersAlone() throws {
    cache.store(job, key: "k")
    for path in [folder, try entryFile] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let mode = try #require(attributes[.posixPermissions] as? Int)
      #expect(mode & 0o077 == 0)
    }
  }

  @Test func aFolderThatCannotBeMadeIsNoError() {
    CompilationCache(folder: "/dev/null/cache").store(job, key: "k")
    #expect(CompilationCache(folder: "/dev/null/cache").find(job.source, key: "k") == nil)
  }
}
