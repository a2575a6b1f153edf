import Testing

@testable import AdaptorCore

struct Base64Tests {
  @Test(
    "The vectors of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
      ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), ("é€😀", "w6nigqzwn5iA"),
    ])
  func vectors(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(Base64.decode(encoded.filter { $0 != "=" } + "\n") == Array(text.utf8))
  }

  @Test(
    "The alphabet for URLs", arguments: [("-_8", [0xFB, 0xFF]), ("Zm 9v", [0x66, 0x6F, 0x6F])])
  func otherForms(text: String, bytes: [UInt8]) { #expect(Base64.decode(text) == bytes) }

  @Test("What is no base 64", arguments: ["Z", "Zm9vY", "Zm9*", "Zg=v", "é"])
  func malformed(text: String) { #expect(Base64.decode(text) == nil) }

  @Test("Random bytes are read back")
  func random() {
    for count in 0..<300 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(
    "Bytes that are no text",
    arguments: [
      ([0x00], "AA=="), ([0xFF], "/w=="), ([0xFF, 0xFF], "//8="), ([0xFB, 0xEF, 0xBE], "++++"),
      ([0xFF, 0xFF, 0xFF], "////"), ([0x00, 0x00, 0x00, 0x80], "AAAAgA=="),
    ] as [([UInt8], String)])
  func bytes(bytes: [UInt8], encoded: String) {
    #expect(Base64.encode(bytes) == encoded)
  }

  @Test("Each digit of the alphabet is in its place")
  func alphabet() {
    let sextets = (0..<64).reduce(into: [UInt8]()) { bits, value in
      bits += (0..<6).map { UInt8(value >> (5 - $0) & 1) }
    }
    let bytes = stride(from: 0, to: sextets.count, by: 8).map { start in
      sextets[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | $1 }
    }
    #expect(
      Base64.encode(bytes)
        == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  }
}
