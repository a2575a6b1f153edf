#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much memory this process holds.
enum ResidentMemory {
  /// Bytes in memory now; 0 where the system does not say.
  static var bytes: Int {
    #if os(Linux)
      pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
      usage
    #endif
  }

  #if os(Linux)
    /// The second number of proc(5)'s statm.
    private static var pages: Int {
      guard let text = try? FileSystem.read("/proc/self/statm") else { return 0 }
      let fields = text.split(separator: UInt8(ascii: " "))
      guard fields.count > 1 else { return 0 }
      return Int(String(decoding: fields[1], as: UTF8.self)) ?? 0
    }
  #else
    private static var usage: Int {
      var usage = rusage_info_v2()
      let status = withUnsafeMutablePointer(to: &usage) {
        $0.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(getpid(), RUSAGE_INFO_V2, $0)
        }
      }
      return status == 0 ? Int(usage.ri_resident_size) : 0
    }
  #endif
}
