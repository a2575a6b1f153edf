import AdaptorCore
import Glibc

let options: FuzzOptions
do {
  options = try FuzzOptions(CommandLine.arguments.dropFirst())
} catch {
  print(error)
  exit(2)
}
if let path = options.record {
  // The thread of the loop runs everything: the fuzzers, the engine and its JavaScript.
  let loop = EventLoop()
  let status = try await withTaskExecutorPreference(loop) {
    try await Worker(options: options, record: InputRecord(path: path), loop: loop).run()
  }
  exit(status)
}
exit(try Supervisor(options: options).run())
