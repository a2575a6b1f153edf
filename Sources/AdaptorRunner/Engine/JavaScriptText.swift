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
    if bytes.contains(0) {
      reference = Self.repaired(bytes)
      return
    }
    var terminated = bytes
    terminated.append(0)
    let made: JSStringRef = terminated.withUnsafeBytes {
      JSStringCreateWithUTF8CString($0.bindMemory(to: CChar.self).baseAddress)
    }
    // The engine makes an empty string of malformed UTF-8.
    let isMalformed = JSStringGetLength(made) == 0 && !bytes.isEmpty
    if isMalformed { JSStringRelease(made) }
    reference = isMalformed ? Self.repaired(bytes) : made
  }

  /// By way of UTF-16, for text with zero bytes or malformed sequences.
  private static func repaired(_ bytes: [UInt8]) -> JSStringRef {
    let units = Array(String(decoding: bytes, as: UTF8.self).utf16)
    return JSStringCreateWithCharacters(units, units.count)
  }

  convenience init(_ text: String) { self.init(Array(text.utf8)) }

  deinit { JSStringRelease(reference) }

  /// Lends the engine's own handle for the length of a call.
  func borrow<Result>(_ body: (JSStringRef) -> Result) -> Result {
    withExtendedLifetime(self) { body(reference) }
  }

  /// A copy as UTF-8. A lone surrogate becomes U+FFFD.
  var bytes: [UInt8] {
    let copied = copiedBytes
    let units = copied.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) + ($1 >= 0xF0 ? 1 : 0) }
    // The engine stops at a lone surrogate.
    return units == JSStringGetLength(reference) ? copied : repairedBytes
  }

  private var repairedBytes: [UInt8] {
    let units = UnsafeBufferPointer(
      start: JSStringGetCharactersPtr(reference), count: JSStringGetLength(reference))
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private var copiedBytes: [UInt8] {
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
