import AdaptorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the addresses of a host on a thread of its own, since the system's resolver blocks.
enum AddressLookup {
  enum Answer: Sendable {
    case addresses([String])
    /// In the resolver's words.
    case failed(String)
  }

  /// Whether a host needs no lookup: an address, or the folder of a socket file.
  static func isAddress(_ host: String) -> Bool {
    if host.hasPrefix("/") || host.hasPrefix("@") { return true }
    var storage = in6_addr()
    return inet_pton(AF_INET, host, &storage) == 1 || inet_pton(AF_INET6, host, &storage) == 1
  }

  /// Looks `host` up and hands the answer to `report`, on another thread.
  static func start(_ host: String, report: @escaping @Sendable (Answer) -> Void) {
    let isRunning = DetachedThread.run { report(addresses(of: host)) }
    if !isRunning { report(.failed("no thread could be started")) }
  }

  private static func addresses(of host: String) -> Answer {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_flags = AI_ADDRCONFIG
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else { return .failed(gai_strerror(code).map { String(cString: $0) } ?? "") }
    var addresses: [String] = []
    var next = list
    while let entry = next {
      if let address = numeric(entry.pointee) { addresses.append(address) }
      next = entry.pointee.ai_next
    }
    return .addresses(addresses)
  }

  private static func numeric(_ entry: addrinfo) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = getnameinfo(
      entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
