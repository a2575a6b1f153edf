/**
 * Resolving the arguments of operations: functions in them, at any depth, are called with the state, and
 * promises are waited for.
 */
(function (values) {
  'use strict';

  const { isThenable, isPlain } = values;

  const ownMember = { value: undefined, writable: true, enumerable: true, configurable: true };

  /** Whether nothing in a value is a function to call or a promise to wait for. */
  function isResolved(value) {
    if (value === null || typeof value !== 'object') return typeof value !== 'function';
    if (Array.isArray(value)) return value.every(isResolved);
    if (isThenable(value)) return false;
    if (ArrayBuffer.isView(value)) return true;
    for (const name in value) {
      const member = value[name];
      if (typeof member === 'object' ? !isResolved(member) : typeof member === 'function') return false;
    }
    return true;
  }

  /** Calls functions with state at any depth; promises are collected in `waiting` for later. */
  function expandInto(holder, key, value, state, waiting) {
    while (typeof value === 'function') value = value(state);
    if (value === null || typeof value !== 'object') {
      holder[key] = value;
    } else if (Array.isArray(value)) {
      const list = (holder[key] = new Array(value.length));
      for (let i = 0; i < value.length; i++) if (i in value) expandInto(list, i, value[i], state, waiting);
    } else if (isThenable(value)) {
      waiting.push(value.then(late => {
        const more = [];
        expandInto(holder, key, late, state, more);
        return Promise.all(more);
      }));
    } else if (isPlain(value) && !ArrayBuffer.isView(value)) {
      const copy = (holder[key] = {});
      for (const name of Object.keys(value)) {
        // Assigned to, `__proto__` would be no member.
        if (name === '__proto__') Object.defineProperty(copy, name, ownMember);
        expandInto(copy, name, value[name], state, waiting);
      }
    } else {
      holder[key] = value;
    }
  }

  /** Passes the resolved `args` to `body`: at once, or when promises among them have settled. */
  const resolving = (state, args, body) => resolvingEach(state, args, body, expandInto);

  /** The same for a reader that changes nothing: what holds nothing to resolve is not copied. */
  const lending = (state, args, body) => resolvingEach(state, args, body, lendInto);

  function resolvingEach(state, args, body, into) {
    const waiting = [];
    const resolved = new Array(args.length);
    for (let i = 0; i < args.length; i++) into(resolved, i, args[i], state, waiting);
    return waiting.length ? Promise.all(waiting).then(() => body(resolved)) : body(resolved);
  }

  function lendInto(holder, key, value, state, waiting) {
    while (typeof value === 'function') value = value(state);
    if (isResolved(value)) holder[key] = value;
    else expandInto(holder, key, value, state, waiting);
  }

  return { isResolved, resolving, lending };
})
