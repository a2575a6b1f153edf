import AdaptorCore
import Synchronization
import Testing

@testable import AdaptorPostgreSQL

@Suite struct ProgressLogTests {
  @Test(arguments: [(Duration.zero, ["1 so far", "2 so far"]), (.seconds(3600), [])])
  func linesKeepTheirDistance(interval: Duration, expected: [String]) {
    let lines = Lines()
    let context = AdaptorContext(log: { lines.add($1) })
    let progress = ProgressLog(context, every: interval)
    for count in 1...2 { progress.note("\(count) so far") }
    #expect(lines.all == expected)
  }

  private final class Lines: Sendable {
    private let found = Mutex<[String]>([])
    var all: [String] { found.withLock { $0 } }
    func add(_ line: String) { found.withLock { $0.append(line) } }
  }
}
