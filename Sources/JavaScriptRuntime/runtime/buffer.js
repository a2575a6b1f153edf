/**
 * Node's Buffer as OpenFn hands it out: without its deprecated constructor, and with what the library lacks of Node's.
 */
(function (Buffer, JobsError) {
  'use strict';

  const isBase64URL = encoding => /^base64url$/i.test(encoding);
  const isUTF8 = encoding => encoding === undefined || encoding === null || /^utf-?8$/i.test(encoding);
  const { from, isEncoding, prototype: { toString } } = Buffer;

  /** The encoding of tokens, which the library does not know. It reads such text as base64. */
  Buffer.from = (value, encoding, ...others) => from(value, isBase64URL(encoding) ? 'base64' : encoding, ...others);
  Buffer.isEncoding = encoding => isBase64URL(encoding) || isEncoding(encoding);
  Buffer.prototype.toString = function (encoding, ...range) {
    if (isBase64URL(encoding)) {
      const letters = { '+': '-', '/': '_', '=': '' };
      return toString.call(this, 'base64', ...range).replace(/[+/=]/g, letter => letters[letter]);
    }
    const text = toString.call(this, encoding, ...range);
    return isUTF8(encoding) && text.includes('\uFFFD') ? decoded(this.subarray(...range)) : text;
  };

  /** Malformed UTF-8 as the Encoding standard reads it: one U+FFFD for as much as could have been a character. */
  function decoded(bytes) {
    let text = '';
    for (let index = 0; index < bytes.length;) {
      const first = bytes[index++];
      if (first < 0x80) {
        text += String.fromCharCode(first);
        continue;
      }
      let [needed, point] = first >= 0xf0 ? [3, first & 7] : first >= 0xe0 ? [2, first & 15] : [1, first & 31];
      if (first < 0xc2 || first > 0xf4) [needed, point] = [0, 0xfffd];
      let lower = { 0xe0: 0xa0, 0xf0: 0x90 }[first] ?? 0x80;
      let upper = { 0xed: 0x9f, 0xf4: 0x8f }[first] ?? 0xbf;
      for (; needed > 0; needed--) {
        const next = bytes[index];
        if (next === undefined || next < lower || next > upper) break;
        [lower, upper] = [0x80, 0xbf];
        point = (point << 6) | (next & 63);
        index += 1;
      }
      text += String.fromCodePoint(needed > 0 ? 0xfffd : point);
    }
    return text;
  }

  return new Proxy(Buffer, {
    construct() {
      throw new JobsError('Do not call Buffer() constructor directly. Use Buffer.from() or Buffer.alloc().');
    },
  });
})
