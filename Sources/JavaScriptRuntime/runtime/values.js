/**
 * What the other parts ask of values. Objects may come from the job's context, where `instanceof` says
 * nothing, so kinds are told by their tags.
 */
(function () {
  'use strict';

  const isThenable = value => typeof value?.then === 'function';
  const isError = value => Object.prototype.toString.call(value) === '[object Error]';
  const isPlain = value => Object.prototype.toString.call(value) === '[object Object]';

  function lazily(make) {
    let made;
    return () => (made ??= make());
  }

  const structured = value => JSON.parse(JSON.stringify(value));

  /** JSON text of anything; undefined for what is no data, such as a function. */
  function stringify(value, indent) {
    let text;
    try {
      text = JSON.stringify(value, null, indent);
    } catch (error) {
      // Nested too deeply for the stack: a second walk would not get further.
      if (error.constructor.name === 'RangeError') throw error;
      text = JSON.stringify(untangle(value, new Set()), null, indent);
    }
    return text;
  }

  /** A copy that JSON can hold: cycles are marked, a BigInt becomes a number, or text if too large. */
  function untangle(value, parents) {
    if (typeof value?.toJSON === 'function') value = value.toJSON();
    if (typeof value === 'bigint') {
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    }
    if (value === null || typeof value !== 'object') return value;
    if (/(?:String|Number|Boolean)\]$/.test(Object.prototype.toString.call(value))) return value.valueOf();
    if (parents.has(value)) return '[Circular]';
    parents.add(value);
    const copy = Array.isArray(value)
      ? value.map(each => untangle(each, parents))
      : Object.fromEntries(Object.keys(value).map(key => [key, untangle(value[key], parents)]));
    parents.delete(value);
    return copy;
  }

  /** Lists of `size` rows, and at the end what remains. A size that no list reaches gives one list. */
  async function* chunksOf(batches, size) {
    let chunk = [];
    for await (const rows of batches) {
      for (const row of rows) {
        chunk.push(row);
        if (chunk.length !== size) continue;
        yield chunk;
        chunk = [];
      }
    }
    if (chunk.length) yield chunk;
  }

  return { isThenable, isError, isPlain, lazily, structured, stringify, chunksOf, concurrent: { loops: 0 } };
})
