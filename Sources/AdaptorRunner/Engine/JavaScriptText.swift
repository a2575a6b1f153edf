import CJavaScriptCore

/// Text owned by the engine: UTF-16 or Latin-1 inside, shared without copying between contexts.
final class JavaScriptText: @unchecked Sendable {
  // @unchecked: the engine's strings are immutable and count their references atomically.

  /// Owned: released in `deinit`.
  private let reference: JSStringRef

  /// Takes over `reference`.
  init(owning reference: JSStringRef) { self.reference = reference }

  /// Copies UTF-8 text. Malformed sequences become U+FFFD.
  init(_ bytes: [UInt8]) {
    var terminated = bytes
    terminated.append(0)
    reference = terminated.withUnsafeBytes {
      JSStringCreateWithUTF8CString($0.bindMemory(to: CChar.self).baseAddress)
    }
  }

  convenience init(_ text: String) { self.init(Array(text.utf8)) }

  deinit { JSStringRelease(reference) }

  /// Lends the engine's own handle for the length of a call.
  func borrow<Result>(_ body: (JSStringRef) -> Result) -> Result {
    withExtendedLifetime(self) { body(reference) }
  }

  /// A copy as UTF-8.
  var bytes: [UInt8] {
    let capacity = JSStringGetMaximumUTF8CStringSize(reference)
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      let written = buffer.withMemoryRebound(to: CChar.self) {
        JSStringGetUTF8CString(reference, $0.baseAddress, capacity)
      }
      count = max(0, written - 1)
    }
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }
}
