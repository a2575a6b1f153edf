/**
 * Native operations and functions: their JavaScript faces, and the next state from their answers.
 *
 * State stays here; only resolved arguments and answers cross.
 */
(function (host, JobsError, values, resolvers, types) {
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
    const valueDepth = spec.valueDepths[index];
    return (...given) => {
      const args = withoutCallbacks(spec, index, given);
      const names = spec.parameters[index];
      const ready = (arg, at) => {
        if (at === spec.inParts[index] && isLong(arg)) return lendList(arg, valueDepth);
        return valueDepth ? forDatabase(arg, valueDepth) : withWholeQuery(arg, names[at]);
      };
      const missingIn = (arg, at) => missingQuery(queryOf(arg, names[at]));
      return state => {
        adoptOldNames(spec, state?.configuration);
        return lending(state, args, resolved => {
          const given = resolved.map(withReferences);
          return invoke(spec.index, index, given.map(ready), state, given.flatMap(missingIn));
        });
      };
    };
  }

  /** Members of the configuration under their old names are there under the new ones, too. */
  function adoptOldNames({ aliases }, configuration) {
    for (const [old, name] of aliases) {
      if (!configuration || configuration[name] || !configuration[old]) continue;
      configuration[name] = configuration[old];
      host.log('warn', 'ADA', `configuration.${old} is deprecated: call it ${name}`);
    }
  }

  // ---- Long lists

  /** Longer lists are not handed over whole. */
  const LONG = 5000;
  /** Elements that are handed over at a time, and those whose text is made at a time. */
  const PART = 1000;
  const SHORT = 20;
  /** Lists that the native side reads part by part, while the operation runs, by number. */
  const lent = new Map();
  let lastLent = 0;

  const isLong = value => Array.isArray(value) && value.length > LONG && typeof value.toJSON !== 'function';

  function lendList(list, valueDepth) {
    const number = ++lastLent;
    const reference = { type: 'List', number };
    lent.set(number, { list, valueDepth, next: 0, reference });
    return reference;
  }

  /** The next part of a list as JSON text; undefined at its end. */
  function readList(number) {
    const entry = lent.get(number);
    const part = entry?.list.slice(entry.next, entry.next += PART) ?? [];
    return part.length ? listText(forDatabase(part, entry.valueDepth)) : undefined;
  }

  /** The JSON text of a long list; the engine writes short ones in less time. */
  function listText(list) {
    const texts = [];
    for (let at = 0; at < list.length; at += SHORT) texts.push(stringify(list.slice(at, at + SHORT)).slice(1, -1));
    return `[${texts.join()}]`;
  }

  /** Whether an argument stands for a list, and does not only look so. */
  const isLent = arg => arg?.type === 'List' && lent.get(arg.number)?.reference === arg;

  const isStream = value => Object.prototype.toString.call(value) === '[object ReadableStream]';

  /** A stream crosses as its number: the native side reads it while the operation runs. */
  function withReferences(arg) {
    if (isStream(arg)) return arg.handOver();
    return isStream(arg?.body) ? { ...arg, body: arg.body.handOver() } : arg;
  }

  /**
   * The arguments without callbacks, which only older versions call: those must not run as lazy values. OpenFn's http
   * drops a function for options beside data, too; here one that the compiler made, or that gives options, counts.
   */
  function withoutCallbacks(spec, index, args) {
    const names = spec.parameters[index];
    const takesData = spec.name === 'http' && names.join() === 'path,data,options';
    return args.map((arg, at) => {
      if (typeof arg !== 'function') return arg;
      if (at >= names.length) return void warnOfCallback(spec, index);
      return takesData && at === 2 && !isLazy(arg) ? optionsOf(arg, spec, index) : arg;
    });
  }

  /** What an arrow function with an object gives, if that can be options; it may be made for the next state. */
  const optionsOf = (given, spec, index) => state => {
    let options;
    try {
      options = GIVES_OBJECT.test(Function.prototype.toString.call(given)) && given(state);
    } catch {
      // It wants an answer.
    }
    const names = isPlain(options) ? Object.keys(options) : [];
    if (names.length && names.every(name => spec.optionNames.includes(name))) return options;
    return void warnOfCallback(spec, index);
  };

  // Not an asynchronous one: nobody would wait for what it meets.
  const GIVES_OBJECT = /^\(?\w+\)?\s*=>\s*\(\s*\{/;

  function warnOfCallback({ name, operations }, index) {
    if (warned.has(name)) return;
    const older = lastWithCallbacks[name];
    const advice = older ? `; they were up to -a ${older}, which is not part of this program yet` : '';
    host.log('warn', 'ADA', `${operations[index]}: callbacks are not called${advice}`);
    warned.add(name);
  }

  /** Whether the compiler made a function of an argument with `$`. */
  const isLazy = given => /^(async )?state=>\/\*\$\*\//.test(Function.prototype.toString.call(given));

  /** How far lists inside of lists are followed. */
  const DEEPEST = -6;

  /** Whether something in a value, to a depth, has to become something else before it crosses. */
  function needsForm(value, depth) {
    if (value === null || typeof value !== 'object') return value === undefined;
    if (types.isDate(value)) return true;
    // A list at the place of a value is one, too.
    if (Array.isArray(value)) return depth > DEEPEST && value.some(member => needsForm(member, depth - 1));
    if (depth <= 0) return false;
    for (const key in value) {
      const member = value[key];
      if (member === undefined || (typeof member === 'object' && needsForm(member, depth - 1))) return true;
    }
    return false;
  }

  /**
   * A value for a database: its undefined members are null, so that they cross, and its dates local times. Itself when
   * there are none.
   */
  const forDatabase = (value, depth) => (value !== undefined && needsForm(value, depth) ? formed(value, depth) : value);

  function formed(value, depth) {
    if (types.isDate(value)) return types.localText(value);
    if (Array.isArray(value) ? depth <= DEEPEST : depth <= 0 || !isPlain(value)) return value;
    const copy = Array.isArray(value) ? [...value] : { ...value };
    for (const key of Object.keys(value)) copy[key] = value[key] === undefined ? null : formed(value[key], depth - 1);
    return copy;
  }

  /** The value with its undefined members as null. */
  const withNulls = value =>
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key, member === undefined ? null : member]));

  /** The query that an argument is or has. */
  function queryOf(arg, name) {
    if (name === 'query' || name === 'params') return arg;
    return name === 'options' && isPlain(arg) ? arg.query : undefined;
  }

  /** A query keeps its undefined members: they are sent without a value, as Node does. */
  function withWholeQuery(arg, name) {
    const query = queryOf(arg, name);
    if (!missingQuery(query).length) return arg;
    return query === arg ? withNulls(query) : { ...arg, query: withNulls(query) };
  }

  /** What a query has of which nothing is known; a response shows its query as it was given. */
  const missingQuery = query => (isPlain(query) ? Object.keys(query).filter(key => query[key] === undefined) : []);

  function invoke(adaptor, index, args, state, missing) {
    return new Promise((resolve, reject) => {
      // First, since a toJSON may throw: a call that was never made would stay pending.
      const encoded = [configured(state?.configuration), ...args.map(encode)];
      const number = ++lastNumber;
      pending.set(number, { resolve, reject, state, missing, lists: args.filter(isLent) });
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
  function settle(number, error, hasNext, data, additions, keepsReferences, paths, places, appends) {
    const { resolve, reject, state, missing, lists } = pending.get(number);
    pending.delete(number);
    for (const list of lists) lent.delete(list.number);
    try {
      if (error !== undefined) throw adaptorError(error);
      if (places) data = types.give(data, additions, places);
      const next = hasNext ? nextState(state, data, additions, keepsReferences, paths) : state;
      for (const key of missing) if (additions?.response?.query?.[key] === null) additions.response.query[key] = undefined;
      resolve(appended(next, appends));
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
    const error = headed(new JobsError(message));
    // Defined: the engine has a line and a column of its own on every error, which are not enumerable.
    for (const [key, value] of Object.entries(details ?? {})) {
      Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return markAdaptorError(error, operation);
  }

  /** An error whose stack begins with its name and message. */
  function headed(error) {
    const { stack } = error;
    if (typeof stack === 'string') error.stack = `${String(error)}\n${stack}`;
    // The engine's, and not even of the job's place.
    for (const name of ['line', 'column', 'sourceURL']) delete error[name];
    return error;
  }

  function markAdaptorError(error, operation) {
    adaptorErrors.set(error, operation);
    return error;
  }

  /**
   * The JavaScript face of a native function. Given arguments that need the state, as in
   * `util.dv('x', dataValue('y'))`, it answers with a function of state, to be resolved where it stands.
   */
  function nativeFunction(spec, index) {
    const prepare = spec.functions[index].startsWith('util.format') ? types.withUTC : value => value;
    const call = args => {
      const answer = host.call(spec.index, index, ...args.map(prepare).map(encode));
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
    isLazy, operation, nativeFunction, readList, configured, settle, composeNextState, adaptorError, markAdaptorError, headed, adaptorErrors,
    isBusy, idle,
  };
})
