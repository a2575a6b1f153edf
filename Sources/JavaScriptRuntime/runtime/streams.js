/**
 * Bodies that a job reads while they arrive, as `parseAs: 'stream'` gives them.
 */
(function (host, native, library, JobsTypeError) {
  'use strict';

  /** Reads that have not been answered, by number. */
  const pending = new Map();
  let lastNumber = 0;

  /** The next piece of a stream: text, or bytes as base64; undefined at the end. */
  function read(stream, isText) {
    return new Promise((resolve, reject) => {
      const number = ++lastNumber;
      pending.set(number, { resolve, reject });
      host.readStream(number, stream, isText);
    });
  }

  function settleRead(number, error, piece) {
    const { resolve, reject } = pending.get(number);
    pending.delete(number);
    if (error === undefined) resolve(piece);
    else reject(native.adaptorError(error));
  }

  /** The pieces of a stream. Whoever stops before the end lets go of the rest. */
  async function* pieces(stream, isText) {
    try {
      for (let piece; (piece = await read(stream, isText)) !== undefined;) yield piece;
    } finally {
      host.cancelStream(stream);
    }
  }

  /** A stream as a job sees it: iterated over it gives Buffers. It can be read once. */
  class BodyStream {
    #number;
    #isTaken = false;
    constructor(number) { this.#number = number; }

    #take() {
      if (this.#isTaken) throw new JobsTypeError('the stream has been read already, or is being read');
      this.#isTaken = true;
      return this.#number;
    }

    #pieces(isText) { return pieces(this.#take(), isText); }

    /** What an operation gets that reads the stream natively. */
    handOver() { return { type: 'ReadableStream', number: this.#take() }; }

    async* [Symbol.asyncIterator]() {
      const { Buffer } = library('buffer');
      for await (const piece of this.#pieces(false)) yield Buffer.from(piece, 'base64');
    }

    /** All bytes, as a Buffer. */
    async bytes() {
      const all = [];
      for await (const piece of this) all.push(piece);
      return library('buffer').Buffer.concat(all);
    }

    async text() {
      let text = '';
      for await (const piece of this.texts()) text += piece;
      return text;
    }

    async json() {
      return JSON.parse(await this.text());
    }

    /** The pieces as text, without a byte order mark. */
    async* texts() {
      let isFirst = true;
      for await (const piece of this.#pieces(true)) {
        if (!piece) continue;
        yield isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
        isFirst = false;
      }
    }

    /** A stream is no data: it is left out of the final state. */
    toJSON() { return undefined; }
    get [Symbol.toStringTag]() { return 'ReadableStream'; }
  }

  /** The text of any source that gives its pieces over time. */
  async function* texts(source) {
    if (source instanceof BodyStream) yield* source.texts();
    else for await (const piece of source) yield String(piece);
  }

  return { makeStream: number => new BodyStream(number), settleRead, texts };
})
