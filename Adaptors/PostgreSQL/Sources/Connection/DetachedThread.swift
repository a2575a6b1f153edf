#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread for one C call that blocks and may block long: the event loop must not wait for it.
enum DetachedThread {
  fileprivate final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new thread.
  ///
  /// - Returns: false when the system has no thread left; `body` is not run then.
  static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let box = Unmanaged.passRetained(Box(body))
    if pthread_create(&thread, &attributes, detachedThreadMain, box.toOpaque()) == 0 { return true }
    box.release()
    return false
  }
}

#if canImport(Darwin)
  private func detachedThreadMain(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<DetachedThread.Box>.fromOpaque(box).takeRetainedValue().body()
    return nil
  }
#else
  private func detachedThreadMain(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<DetachedThread.Box>.fromOpaque(box).takeRetainedValue().body() }
    return nil
  }
#endif
