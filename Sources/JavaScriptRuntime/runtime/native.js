/**
 * Native operations and functions: their JavaScript faces, and the next state from their answers.
 *
 * State stays here; only resolved arguments and answers cross.
 */
(function (host, JobsError, values, resolvers) {
  'use strict';

  const { isPlain, stringify } = values;
  const { isResolved, lending } = resolvers;

  /** Errors that an adaptor reported, with the name of the operation. */
  const adaptorErrors = new WeakMap();
  /** Native calls that have not been answered, by number. */
  const pending = new Map();
  let lastNumber = 0;
  let whenIdle = null;
  let lastConfiguration = {};
  /** Versions whose operations end with a callback. */
  const lastWithCallbacks = { http: 'http@6', dhis2: 'dhis2@6', postgresql: 'postgresql@7' };
  /** Adaptors whose callbacks have been reported. */
  const warned = new Set();

  const encode = value => (value === undefined ? undefined : stringify(value));

  /** The JavaScript face of a native operation. */
  function operation(spec, index) {
    const nullDepth = spec.nullDepths[index];
    return (...given) => {
      const args = withoutCallbacks(spec, index, given);
      const names = spec.parameters[index];
      const ready = (arg, at) => {
        if (at === spec.inParts[index] && isLong(arg)) return lendList(arg, nullDepth);
        return nullDepth ? withNulls(arg, nullDepth) : withWholeQuery(arg, names[at]);
      };
      return state => {
        return lending(state, args, resolved =>
          invoke(spec.index, index, resolved.map(withReferences).map(ready), state));
      };
    };
  }

  // ---- Long lists

  const PART = 5000;
  /** Lists that the native side reads part by part, while the operation runs, by number. */
  const lent = new Map();
  let lastLent = 0;

  const isLong = value => Array.isArray(value) && value.length > PART && typeof value.toJSON !== 'function';

  function lendList(list, nullDepth) {
    const number = ++lastLent;
    const reference = { type: 'List', number };
    lent.set(number, { list, nullDepth, next: 0, reference });
    return reference;
  }

  /** The next part of a list as JSON text; undefined at its end. */
  function readList(number) {
    const entry = lent.get(number);
    const part = entry?.list.slice(entry.next, entry.next += PART) ?? [];
    return part.length ? stringify(withNulls(part, entry.nullDepth)) : undefined;
  }

  /** Whether an argument stands for a list, and does not only look so. */
  const isLent = arg => arg?.type === 'List' && lent.get(arg.number)?.reference === arg;

  const isStream = value => Object.prototype.toString.call(value) === '[object ReadableStream]';

  /** A stream crosses as its number: the native side reads it while the operation runs. */
  function withReferences(arg) {
    if (isStream(arg)) return arg.handOver();
    return isStream(arg?.body) ? { ...arg, body: arg.body.handOver() } : arg;
  }

  /** The arguments without callbacks, which only older versions call: those must not run as lazy values. */
  function withoutCallbacks({ name, operations, parameters }, index, args) {
    const names = parameters[index];
    const takesData = () => names.join() === 'path,data,options';
    const isCallback = (arg, at) => typeof arg === 'function'
      && (at >= names.length || (at === 2 && takesData() && !makesOptions(arg)));
    if (!args.some(isCallback)) return args;
    if (!warned.has(name)) {
      const older = lastWithCallbacks[name];
      const advice = older ? `; they were up to -a ${older}, which is not part of this program yet` : '';
      host.log('warn', 'ADA', `${operations[index]}: callbacks are not called${advice}`);
      warned.add(name);
    }
    return args.map((arg, at) => (isCallback(arg, at) ? undefined : arg));
  }

  const lazyOptions = /^(async )?(state=>\(|\(?\w+\)?\s*=>\s*\(\s*\{(?!\s*\.\.\.))/;

  /** Whether a function gives options: the compiler's (`$` in options), or one that makes an object. */
  const makesOptions = given => lazyOptions.test(Function.prototype.toString.call(given));

  /** Whether an undefined member stands in a value, to a depth. */
  function hasUndefined(value, depth) {
    if (depth === 0 || value === null || typeof value !== 'object') return false;
    if (Array.isArray(value)) return value.some(member => member === undefined || hasUndefined(member, depth - 1));
    for (const key in value) {
      const member = value[key];
      if (member === undefined || (typeof member === 'object' && hasUndefined(member, depth - 1))) return true;
    }
    return false;
  }

  /** The value with its undefined members as null, so that they cross; itself when there are none. */
  const withNulls = (value, depth) => (hasUndefined(value, depth) ? nullsIn(value, depth) : value);

  function nullsIn(value, depth) {
    if (depth === 0 || (!Array.isArray(value) && !isPlain(value))) return value;
    let copy = value;
    for (const key of Object.keys(value)) {
      const kept = value[key] === undefined ? null : nullsIn(value[key], depth - 1);
      if (kept === value[key]) continue;
      if (copy === value) copy = Array.isArray(value) ? [...value] : { ...value };
      copy[key] = kept;
    }
    return copy;
  }

  /** A query keeps its undefined members: they are sent without a value, as Node does. */
  function withWholeQuery(arg, name) {
    if (name === 'query' || name === 'params') return withNulls(arg, 1);
    if (name !== 'options' || !isPlain(arg) || !isPlain(arg.query)) return arg;
    const query = withNulls(arg.query, 1);
    return query === arg.query ? arg : { ...arg, query };
  }

  function invoke(adaptor, index, args, state) {
    return new Promise((resolve, reject) => {
      // First, since a toJSON may throw: a call that was never made would stay pending.
      const encoded = [configured(state?.configuration), ...args.map(encode)];
      const number = ++lastNumber;
      pending.set(number, { resolve, reject, state, lists: args.filter(isLent) });
      host.invoke(number, adaptor, index, ...encoded);
    });
  }

  /** The number under which the native side knows a configuration; a job may change it at any time. */
  function configured(configuration = {}) {
    const text = encode(configuration);
    if (text !== lastConfiguration.text) lastConfiguration = { text, number: host.configured(text) };
    return lastConfiguration.number;
  }

  /** The native side's answer: an error, or how to make the next state (neither: it stays), and what lists gain. */
  function settle(number, error, hasNext, data, additions, keepsReferences, paths, appends) {
    const { resolve, reject, state, lists } = pending.get(number);
    pending.delete(number);
    for (const list of lists) lent.delete(list.number);
    try {
      if (error !== undefined) throw adaptorError(error);
      resolve(appended(hasNext ? nextState(state, data, additions, keepsReferences, paths) : state, appends));
    } catch (thrown) {
      // Also of a state that takes no members: a number, or a frozen object.
      reject(thrown);
    }
    if (!isBusy()) whenIdle?.();
  }

  function nextState(state, data, additions, keepsReferences, paths = []) {
    const next = keepsReferences ? { ...state, data } : composeNextState(state, data);
    Object.assign(next, additions);
    for (const [key, member] of paths) next[key] = { ...next[key], [member]: data };
    return next;
  }

  /** Lists grow in place, so that a job sees it on the state it gave, too. */
  function appended(state, appends = []) {
    for (const [key, value] of appends) {
      if (Array.isArray(state[key])) state[key].push(value);
      else state = { ...state, [key]: [value] };
    }
    return state;
  }

  function composeNextState(state, data) {
    if (!state.references) state.references = [];
    return { ...state, references: withLast(state.references, state.data), data };
  }

  const { concat } = Array.prototype;

  /** A list and one more value; in a loop of operations the list gets long, and concat copies it three times as fast. */
  const withLast = (list, value) => (Array.isArray(list) ? concat.call(list, [value]) : [...list, value]);

  /** An Error for what the native side reported: message, and the details as own properties. */
  function adaptorError({ message, operation, details }) {
    return markAdaptorError(Object.assign(new JobsError(message), details), operation);
  }

  function markAdaptorError(error, operation) {
    adaptorErrors.set(error, operation);
    return error;
  }

  /**
   * The JavaScript face of a native function. Given arguments that need the state, as in
   * `util.dv('x', dataValue('y'))`, it answers with a function of state, to be resolved where it stands.
   */
  function nativeFunction(adaptor, index) {
    const call = args => {
      const answer = host.call(adaptor, index, ...args.map(encode));
      if (answer.error) throw adaptorError(answer.error);
      return answer.value;
    };
    return (...args) => (args.every(isResolved) ? call(args) : state => lending(state, args, call));
  }

  const isBusy = () => pending.size > 0;

  /** Waits until every native call has been answered. */
  async function idle() {
    while (isBusy()) await new Promise(resolve => { whenIdle = resolve; });
    whenIdle = null;
  }

  return {
    makesOptions, operation, nativeFunction, readList, configured, settle, composeNextState, adaptorError, markAdaptorError, adaptorErrors,
    isBusy, idle,
  };
})
