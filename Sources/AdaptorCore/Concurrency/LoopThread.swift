#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Starts a loop's thread and remembers which loop a thread belongs to.
enum LoopThread {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// The loop of the calling thread, if it is a loop's.
  static var current: EventLoop? {
    pthread_getspecific(key).map {
      Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Starts a thread that runs `loop` and keeps it alive until it is stopped.
  static func start(_ loop: EventLoop, stackSize: Int) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let retained = Unmanaged.passRetained(loop).toOpaque()
    let code = pthread_create(&thread, &attributes, loopThreadMain, retained)
    pthread_attr_destroy(&attributes)
    guard code == 0 else { fatalError("no thread could be started for an event loop") }
  }

  fileprivate static func run(_ loop: EventLoop) {
    pthread_setspecific(key, Unmanaged.passUnretained(loop).toOpaque())
    loop.run()
  }
}

#if canImport(Darwin)
  private func loopThreadMain(_ retained: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    LoopThread.run(Unmanaged<EventLoop>.fromOpaque(retained).takeRetainedValue())
    return nil
  }
#else
  private func loopThreadMain(_ retained: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let retained else { return nil }
    LoopThread.run(Unmanaged<EventLoop>.fromOpaque(retained).takeRetainedValue())
    return nil
  }
#endif
