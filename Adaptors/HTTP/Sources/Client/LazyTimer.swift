import AdaptorCore

/// A timer whose deadline moves often, and mostly later: the loop's timer is left alone then, and looks
/// at the deadline when it fires.
///
/// Belongs to the loop's thread.
final class LazyTimer {
  private unowned let loop: EventLoop
  private let body: () -> Void
  private var deadline: ContinuousClock.Instant?
  private var scheduled: (timer: LoopTimer, due: ContinuousClock.Instant)?

  init(loop: EventLoop, _ body: @escaping () -> Void) {
    self.loop = loop
    self.body = body
  }

  /// Calls the body at `deadline` or before, whichever was wished for.
  func fire(noLaterThan deadline: ContinuousClock.Instant) {
    fire(by: min(deadline, self.deadline ?? deadline))
  }

  /// Calls the body at `deadline`, instead of when it was wished for before.
  func fire(by deadline: ContinuousClock.Instant) {
    self.deadline = deadline
    if let scheduled, scheduled.due <= deadline { return }
    if let scheduled { loop.cancel(scheduled.timer) }
    schedule(deadline)
  }

  /// Calls nothing until the next wish.
  func forget() { deadline = nil }

  private func schedule(_ due: ContinuousClock.Instant) {
    let timer = loop.schedule(after: due - .now) { [weak self] in self?.fired() }
    scheduled = (timer, due)
  }

  private func fired() {
    scheduled = nil
    guard let deadline else { return }
    if deadline > .now { return schedule(deadline) }
    self.deadline = nil
    body()
  }
}
