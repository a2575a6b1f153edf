import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One thread that runs Swift tasks, waits for sockets and fires timers.
///
/// The loop is a task executor and a serial executor: an actor that names it as its executor, and the C
/// handles it owns, are only ever touched by this thread. Idle, the thread sleeps in `poll(2)`.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  // @unchecked: `inbox` and `services` are guarded by their mutexes, everything else belongs to the
  // loop's thread.

  /// The loop of programs that do not bring their own. Its thread starts with the first use.
  public static let shared = EventLoop()

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var isStopped = false
  }

  private let inbox = Mutex(Inbox())
  private let services = Mutex<[ObjectIdentifier: any Sendable]>([:])
  private let wakeup: WakeupPipe
  private var descriptors = DescriptorSet()
  private var timers = TimerQueue()

  /// Starts the loop's thread.
  ///
  /// - Parameter stackSize: bytes of stack, for deep recursion inside tasks.
  public init(stackSize: Int = 16 << 20) {
    wakeup = WakeupPipe()
    LoopThread.start(self, stackSize: stackSize)
  }

  /// The loop whose thread is running this code, if any.
  public static var current: EventLoop? { LoopThread.current }

  /// Whether the calling code runs on this loop's thread.
  public var isCurrent: Bool { LoopThread.current === self }

  /// Ends the thread once no job is ready. Later jobs are never run.
  public func stop() {
    inbox.withLock { $0.isStopped = true }
    wakeup.signal()
  }

  /// The one `Service` of this loop, made at its first use: a client that all tasks of the loop
  /// share.
  ///
  /// - Parameter make: makes the service; it must not ask the loop for another one.
  public func service<Service: AnyObject & Sendable>(_ make: (EventLoop) -> Service) -> Service {
    services.withLock { services in
      if let found = services[ObjectIdentifier(Service.self)] as? Service { return found }
      let made = make(self)
      services[ObjectIdentifier(Service.self)] = made
      return made
    }
  }

  // MARK: Executor

  /// Takes a job of the Swift runtime, from any thread, to run it on the loop's thread.
  ///
  /// For the runtime, which calls it as `SerialExecutor` and `TaskExecutor` demand.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wasEmpty = inbox.withLock { inbox in
      inbox.jobs.append(job)
      return inbox.jobs.count == 1
    }
    if wasEmpty, !isCurrent { wakeup.signal() }
  }

  /// Stops the program unless the calling code runs on the loop's thread. `assumeIsolated` of an
  /// actor that lives here asks this too.
  public func checkIsolated() {
    precondition(isCurrent, "this must run on the event loop")
  }

  // MARK: Sockets and timers, for code on the loop

  /// Calls `handler` on the loop whenever `descriptor` is ready for `interest`, until `unwatch`.
  /// Replaces an earlier watch of the same descriptor. An error of the descriptor counts as ready
  /// for everything.
  ///
  /// Watches and timers are for code on the loop's thread; elsewhere these calls stop the program.
  public func watch(
    _ descriptor: Int32, for interest: Interest, handler: @escaping (Interest) -> Void
  ) {
    checkIsolated()
    descriptors.watch(descriptor, for: interest, handler: handler)
  }

  /// Ends a watch. Call it before the descriptor is closed.
  public func unwatch(_ descriptor: Int32) {
    checkIsolated()
    descriptors.unwatch(descriptor)
  }

  /// Calls `body` once, on the loop, after `delay`, unless the timer is cancelled before.
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> LoopTimer {
    checkIsolated()
    return timers.add(at: .now + delay, body)
  }

  /// Forgets a timer. One that has fired already, or was cancelled, is ignored.
  public func cancel(_ timer: LoopTimer) {
    checkIsolated()
    timers.cancel(timer)
  }

  // MARK: The thread

  /// The body of the loop's thread.
  func run() {
    while !runJobs() {
      let now = ContinuousClock.now
      while let fire = timers.takeDue(by: now) { fire() }
      let isIdle = inbox.withLock { $0.jobs.isEmpty && !$0.isStopped }
      let timeout = isIdle ? timers.next.map { $0 - .now } : .zero
      for ready in descriptors.poll(wakeup: wakeup, timeout: timeout) {
        descriptors.handler(of: ready.descriptor)?(ready.interest)
      }
    }
  }

  /// How many rounds of jobs may pass before sockets and timers get their turn: asking the system after
  /// every hop between actors would cost more than the hop.
  private static let roundsPerPoll = 32

  /// Runs the jobs that are ready, and those that they make ready.
  ///
  /// - Returns: whether the loop has been stopped.
  private func runJobs() -> Bool {
    for _ in 0..<Self.roundsPerPoll {
      let (jobs, isStopped) = takeJobs()
      // Not `runSynchronously(isolatedTo:taskExecutor:)`: there each job that belongs to no actor
      // begins by enqueuing itself once more.
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
      if jobs.isEmpty { return isStopped }
    }
    return false
  }

  private func takeJobs() -> ([UnownedJob], isStopped: Bool) {
    inbox.withLock { inbox in
      defer { inbox.jobs = [] }
      return (inbox.jobs, inbox.isStopped)
    }
  }
}

/// What a descriptor is watched for, or found ready for.
public struct Interest: OptionSet, Sendable {
  /// One bit for each direction; not those of `poll(2)`.
  public let rawValue: Int16
  /// A set of directions from its bits.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// Something can be read: data, the end of the stream, or an error.
  public static let reading = Interest(rawValue: 1)
  /// Something can be written without waiting, or an error is to be found out.
  public static let writing = Interest(rawValue: 2)
}
