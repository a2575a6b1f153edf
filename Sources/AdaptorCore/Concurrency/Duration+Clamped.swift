extension Duration {
  /// So many milliseconds, from none to a hundred years: a number of any size is no reason to stop.
  package static func clamped(milliseconds: Double) -> Duration {
    .milliseconds(milliseconds.isNaN ? 0 : min(max(milliseconds, 0), 3_155_760_000_000))
  }
}
