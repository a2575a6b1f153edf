extension [UInt8] {
  /// Appends a number as the server's binary forms have it: the highest byte first.
  mutating func append(bigEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }

  /// Overwrites the bytes at `index` with those of a number, as they are in memory.
  mutating func replace(at index: Int, with number: some FixedWidthInteger) {
    withUnsafeMutableBytes { $0.storeBytes(of: number, toByteOffset: index, as: type(of: number)) }
  }
}
