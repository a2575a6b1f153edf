import AdaptorCore
import Testing

@testable import AdaptorRunner

@Suite struct AdaptorCatalogTests {
  private let catalog = AdaptorCatalog([Common.self, Echo.self])

  @Test(arguments: [
    "echo", "echo@2.0.1", "echo@latest", "@openfn/language-echo", "@openfn/language-echo@2.1.0",
    "echo=/some/path",
  ])
  func specifiersAreUnderstood(specifier: String) throws {
    let found = try catalog.find(specifier)
    #expect(found.index == 1)
    #expect(found.warning == nil)
  }

  @Test func anotherMajorVersionIsPointedOut() throws {
    #expect(
      try catalog.find("echo@1.9.0").warning
        == "echo@1.9.0 was asked for; the job runs with the behaviour of echo 2 (2.1.0)")
  }
}
