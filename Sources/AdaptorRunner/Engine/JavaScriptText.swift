import CJavaScriptCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Text owned by the engine: UTF-16 or Latin-1 inside, shared without copying between contexts.
final class JavaScriptText: @unchecked Sendable {
  // @unchecked: the engine's strings are immutable and count their references atomically.

  /// Owned: released in `deinit`.
  private let reference: JSStringRef

  /// Takes over `reference`.
  init(owning reference: JSStringRef) { self.reference = reference }

  /// Copies UTF-8 text. Malformed sequences become U+FFFD.
  init(_ bytes: consuming [UInt8]) {
    // Moved, so that the zero is appended in place.
    var terminated = consume bytes
    terminated.append(0)
    reference = Self.decoded(terminated) ?? Self.repaired(terminated.dropLast())
  }

  /// nil for text with zero bytes or malformed sequences.
  private static func decoded(_ terminated: [UInt8]) -> JSStringRef? {
    terminated.withUnsafeBytes { bytes in
      let text = bytes.bindMemory(to: CChar.self).baseAddress!
      let length = bytes.count - 1
      guard strlen(text) == length, let made = JSStringCreateWithUTF8CString(text) else {
        return nil
      }
      // The engine makes an empty string of malformed UTF-8.
      if JSStringGetLength(made) > 0 || length == 0 { return made }
      JSStringRelease(made)
      return nil
    }
  }

  /// By way of UTF-16, which can hold everything.
  private static func repaired(_ bytes: ArraySlice<UInt8>) -> JSStringRef {
    let units = Array(String(decoding: bytes, as: UTF8.self).utf16)
    return JSStringCreateWithCharacters(units, units.count)
  }

  convenience init(_ text: String) { self.init(Array(text.utf8)) }

  deinit { JSStringRelease(reference) }

  /// Lends the engine's own handle for the length of a call.
  func borrow<Result>(_ body: (JSStringRef) -> Result) -> Result {
    withExtendedLifetime(self) { body(reference) }
  }

  /// Where the engine's own UTF-8, which it makes by the character, takes longer than a detour, and the detour is not
  /// large.
  private static let detour = 1 << 12..<1 << 20

  /// A copy as UTF-8. A lone surrogate becomes U+FFFD.
  var bytes: [UInt8] {
    let length = JSStringGetLength(reference)
    if Self.detour.contains(length), let ascii = asciiBytes { return ascii }
    let copied = copiedBytes
    // Most text is ASCII, a byte for each unit.
    if copied.count == length { return copied }
    let units = copied.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) + ($1 >= 0xF0 ? 1 : 0) }
    // The engine stops at a lone surrogate.
    return units == length ? copied : repairedBytes
  }

  /// By way of UTF-16; nil for text with other characters than ASCII.
  private var asciiBytes: [UInt8]? {
    let units = utf16
    var all: UInt16 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: units.count) { buffer, count in
      for index in units.indices {
        all |= units[index]
        buffer[index] = UInt8(truncatingIfNeeded: units[index])
      }
      count = units.count
    }
    return all < 0x80 ? bytes : nil
  }

  private var utf16: UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(
      start: JSStringGetCharactersPtr(reference), count: JSStringGetLength(reference))
  }

  private var repairedBytes: [UInt8] {
    Array(String(decoding: utf16, as: UTF16.self).utf8)
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
