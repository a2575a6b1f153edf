import Foundation

/// A variable of the process, or nil.
func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// Blocks the calling thread; stub servers have threads of their own.
func usleepForTests(_ microseconds: UInt32) { usleep(microseconds) }
