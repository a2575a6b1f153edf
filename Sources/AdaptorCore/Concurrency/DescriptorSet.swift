#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The descriptors a loop waits for, and who wants to know.
struct DescriptorSet {
  private var handlers: [Int32: (interest: Interest, handler: (Interest) -> Void)] = [:]
  private var polled: [pollfd] = []
  private var isStale = true

  mutating func watch(
    _ descriptor: Int32, for interest: Interest, handler: @escaping (Interest) -> Void
  ) {
    isStale = isStale || handlers[descriptor]?.interest != interest
    handlers[descriptor] = (interest, handler)
  }

  mutating func unwatch(_ descriptor: Int32) {
    handlers[descriptor] = nil
    isStale = true
  }

  /// Waits for a descriptor or a wake-up, at most `timeout` (nil: for ever).
  ///
  /// - Returns: what is ready. The caller calls the handlers, since they may watch and unwatch.
  mutating func poll(
    wakeup: borrowing WakeupPipe, timeout: Duration?
  ) -> [(descriptor: Int32, interest: Interest)] {
    if isStale { rebuild(wakeup: wakeup.descriptor) }
    let count = lookAgain(timeout) ?? sleep(timeout)
    guard count > 0 else { return [] }
    if polled[0].revents != 0 { wakeup.drain() }
    return polled.dropFirst().filter { $0.revents != 0 }
      .map { ($0.fd, Interest(ready: $0.revents)) }
  }

  /// A signal, such as the collector's of an engine, does not end the wait.
  private mutating func sleep(_ timeout: Duration?) -> Int32 {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      let rest = deadline.map { Self.milliseconds($0 - .now) } ?? -1
      let count = systemPoll(&polled, rest)
      if count >= 0 || errno != EINTR { return count }
    }
  }

  /// How often to look before sleeping: some 100 µs. A peer nearby answers sooner, and to sleep and be woken
  /// takes as long again.
  private static let looks = 400
  /// How many waits to sleep through at once after looking in vain, at most.
  private static let longestPause = 15

  /// Waits still to be slept through, because the peers are not that fast.
  private var pause = 0
  private var nextPause = 0

  /// - Returns: how many are ready; nil when sleeping is the better choice.
  private mutating func lookAgain(_ timeout: Duration?) -> Int32? {
    guard timeout != .zero, polled.count > 1 else { return nil }
    guard pause == 0 else {
      pause -= 1
      return nil
    }
    for _ in 0..<Self.looks {
      let count = systemPoll(&polled, 0)
      guard count == 0 else {
        nextPause = 0
        return count
      }
    }
    nextPause = min(2 * nextPause + 1, Self.longestPause)
    pause = nextPause
    return nil
  }

  func handler(of descriptor: Int32) -> ((Interest) -> Void)? { handlers[descriptor]?.handler }

  private mutating func rebuild(wakeup: Int32) {
    polled = [pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)]
    polled += handlers.map { pollfd(fd: $0.key, events: $0.value.interest.pollEvents, revents: 0) }
    isStale = false
  }

  /// Rounded up: a timer must not be waited for in a busy loop.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let milliseconds = min(seconds, 1 << 20) * 1000
    return Int32(milliseconds + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

private func systemPoll(_ descriptors: inout [pollfd], _ timeout: Int32) -> Int32 {
  poll(&descriptors, nfds_t(descriptors.count), timeout)
}

extension Interest {
  fileprivate var pollEvents: Int16 {
    (contains(.reading) ? Int16(POLLIN) : 0) | (contains(.writing) ? Int16(POLLOUT) : 0)
  }

  /// An error or hang-up counts as ready for everything, so that the handler finds out.
  fileprivate init(ready events: Int16) {
    let failed = events & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    self = []
    if failed || events & Int16(POLLIN) != 0 { insert(.reading) }
    if failed || events & Int16(POLLOUT) != 0 { insert(.writing) }
  }
}
