import Foundation
import Testing

@testable import AdaptorCore

@Suite(.timeLimit(.minutes(2)))
struct EventLoopTests {
  private actor Owner {
    private let loop: EventLoop
    private var count = 0

    init(_ loop: EventLoop) { self.loop = loop }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    func isOnLoop() -> Bool { loop.isCurrent && EventLoop.current === loop }

    nonisolated func isIsolated() -> Bool { assumeIsolated { $0.loop.isCurrent } }

    func increase() -> Int {
      count += 1
      return count
    }

    /// Where the actor's own code and code outside of it run, with waiting in between.
    func places() async -> [Bool] {
      var places: [Bool] = []
      for _ in 0..<3 {
        preconditionIsolated()
        places.append(loop.isCurrent)
        places.append(await outside())
        places.append(loop.isCurrent)
        await Task.yield()
      }
      return places
    }

    nonisolated func outside() async -> Bool { loop.isCurrent }
  }

  private actor Plain {
    private(set) var count = 0

    func increase() {
      let old = count
      for _ in 0..<50 { sched_yield() }
      count = old + 1
    }
  }

  @Test("Tasks that prefer the loop run on its thread, before and after waiting")
  func taskExecutor() async {
    #expect(EventLoop.current == nil)
    await onLoop { loop in
      #expect(loop.isCurrent)
      #expect(EventLoop.current === loop)
      await Task.yield()
      #expect(loop.isCurrent)
      await pause(loop)
      #expect(loop.isCurrent)
      async let child = loop.isCurrent
      #expect(await child)
      #expect(await Task(executorPreference: loop) { loop.isCurrent }.value)
      #expect(!EventLoop.shared.isCurrent)
      try? await Task.sleep(for: .microseconds(1))
      #expect(loop.isCurrent)
    }
    #expect(EventLoop.current == nil)
  }

  @Test("An actor may live on the loop")
  func serialExecutor() async {
    let loop = EventLoop()
    defer { loop.stop() }
    let owner = Owner(loop)
    #expect(await owner.isOnLoop())
    #expect(!loop.isCurrent)
    #expect(await owner.places() == [true, false, true, true, false, true, true, false, true])
    await withTaskExecutorPreference(loop) {
      #expect(await owner.isOnLoop())
      #expect(owner.isIsolated())
      #expect(await owner.places() == Array(repeating: true, count: 9))
    }
  }

  @Test("Two loops hand a task over to each other")
  func twoLoops() async {
    let (first, second) = (EventLoop(), EventLoop())
    defer {
      first.stop()
      second.stop()
    }
    let owner = Owner(second)
    await withTaskExecutorPreference(first) {
      for _ in 0..<100 {
        #expect(first.isCurrent)
        #expect(await owner.isOnLoop())
        #expect(first.isCurrent)
        #expect(await withTaskExecutorPreference(second) { second.isCurrent })
      }
      #expect(await owner.places() == [true, false, true, true, false, true, true, false, true])
    }
  }

  @Test("An actor on the loop serves many tasks one at a time")
  func actorUnderLoad() async {
    let loop = EventLoop()
    defer { loop.stop() }
    let owner = Owner(loop)
    let numbers = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<1000 { group.addTask { await owner.increase() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(numbers.sorted() == Array(1...1000))
  }

  @Test("An ordinary actor stays exclusive when tasks of the loop and others call it")
  func plainActor() async {
    let loop = EventLoop()
    defer { loop.stop() }
    let plain = Plain()
    await withTaskGroup { group in
      for _ in 0..<300 {
        group.addTask(executorPreference: loop) { await plain.increase() }
        group.addTask { await plain.increase() }
      }
    }
    #expect(await plain.count == 600)
  }

  @Test("Code beside the loop is caught")
  func checkIsolated() async {
    await onLoop { $0.checkIsolated() }
    await #expect(processExitsWith: .failure) { EventLoop.shared.checkIsolated() }
    await #expect(processExitsWith: .failure) {
      _ = EventLoop.shared.schedule(after: .zero) {}
    }
    await #expect(processExitsWith: .failure) {
      EventLoop.shared.watch(0, for: .reading) { _ in }
    }
  }

  @Test("Jobs from many threads all run, on the loop")
  func manyThreads() async {
    let loop = EventLoop()
    defer { loop.stop() }
    let places = await withCheckedContinuation { continuation in
      let places = Recorder<Bool>()
      let countdown = Countdown(8 * 500)
      for _ in 0..<8 {
        Thread.detachNewThread {
          for _ in 0..<500 {
            Task(executorPreference: loop) {
              places.append(loop.isCurrent)
              if countdown.count() { continuation.resume(returning: places.items) }
            }
          }
        }
      }
    }
    #expect(places == Array(repeating: true, count: 4000))
  }

  @Test("Jobs run in the order in which one task enqueues them")
  func jobOrder() async {
    let seen = Recorder<Int>()
    await onLoop { loop in
      let tasks = (0..<100).map { number in
        Task(executorPreference: loop) { seen.append(number) }
      }
      for task in tasks { await task.value }
    }
    #expect(seen.items == Array(0..<100))
  }

  @Test("Stopping runs what is ready to its end, and then the thread ends")
  func stop() async throws {
    let seen = Recorder<Int>()
    var loop: EventLoop? = EventLoop()
    weak let reference = loop
    if let loop {
      let tasks = await withTaskExecutorPreference(loop) {
        let tasks = (0..<3).map { number in
          Task(executorPreference: loop) {
            await Task.yield()
            seen.append(number)
          }
        }
        loop.stop()
        return tasks
      }
      for task in tasks { await task.value }
    }
    #expect(seen.items == [0, 1, 2])
    loop = nil
    // The thread holds the loop until it ends; the time limit of the suite is the failure.
    while reference != nil { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test("A service is made once for a loop, whoever asks first")
  func service() async {
    final class Service: Sendable {}
    final class Other: Sendable {}
    let loop = EventLoop()
    let second = EventLoop()
    defer {
      loop.stop()
      second.stop()
    }
    let made = Recorder<Service>()
    let services = await withTaskGroup(of: Service.self) { group in
      for _ in 0..<50 {
        group.addTask {
          loop.service { owner in
            #expect(owner === loop)
            let service = Service()
            made.append(service)
            return service
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(made.items.count == 1)
    #expect(services.count == 50)
    #expect(services.allSatisfy { $0 === made.items.first })
    #expect(second.service { _ in Service() } !== made.items.first)
    let other = loop.service { _ in Other() }
    #expect(loop.service { _ in Other() } === other)
  }
}
