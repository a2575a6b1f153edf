/**
 * The common operations of the job language, on JavaScript state: what
 * `@openfn/language-common` exports and the other adaptors share.
 *
 * An operation is a function of state; those that only call plain functions answer without a promise,
 * so that a loop over many items stays synchronous.
 */
(function (kit) {
  'use strict';

  const { resolving, composeNextState, isThenable, markAdaptorError, Error, TypeError } = kit;

  /** An error of the operation itself, as against one of a job's callback. */
  const failure = (operation, message, Kind = Error) => markAdaptorError(new Kind(message), operation);

  /** A state to go on with; an operation that returned none would lose everything. */
  function given(state, operation) {
    if (state !== undefined && state !== null) return state;
    throw failure(operation, `the operation given to ${operation} returned no state`, TypeError);
  }

  /** Operations that left out an asynchronous state, and have been told. */
  const toldOf = new WeakSet();

  /** A state that was promised and left out is an empty one, as on OpenFn. */
  function promised(state, name, operation) {
    if (state !== undefined && state !== null) return state;
    if (!toldOf.has(operation)) kit.log('warn', `an operation given to ${name} returned no state: the next one starts from an empty one`);
    toldOf.add(operation);
    return {};
  }

  const chain = (value, next) => (isThenable(value) ? value.then(next) : next(value));

  // ---- Flow

  const fn = callback => state => callback(state);

  const fnIf = (condition, operation) => state =>
    resolving(state, [condition], ([holds]) => (holds ? operation(state) : state));

  const combine = (...operations) => state =>
    operations.reduce((current, operation, index) => (isThenable(current)
      ? current.then(s => operation({ ...promised(s, 'combine', operations[index - 1] ?? operation) }))
      : operation({ ...given(current, 'combine') })), state);

  function makeEach(restoresData) {
    return (source, operation, options) => {
      if (!source) throw new TypeError('dataSource argument for each operation is invalid.');
      return state => {
        const items = asData(source, state);
        return chain(items, list => {
          if (!Array.isArray(list)) {
            throw failure('each', `each expects a list of items, found ${typeof list}`, TypeError);
          }
          const settings = eachSettings(options, state);
          const end = settings ? kit.eachWith()(list, operation, state, settings) : eachItem(list, operation, state);
          return restoresData ? chain(end, last => ({ ...last, data: state.data })) : end;
        });
      };
    };
  }

  /** The options of `each`, which OpenFn's does not have; anything else in their place is ignored, as there. */
  function eachSettings(options, state) {
    const known = typeof options === 'function' && kit.isLazy(options) ? options(state) : options;
    if (known === null || typeof known !== 'object') return undefined;
    return ['concurrency', 'onError', 'maxErrors'].some(name => name in known) ? known : undefined;
  }

  /** Stays synchronous until an operation returns a promise, then waits for each item in turn. */
  function eachItem(items, operation, state) {
    let current = state;
    for (let index = 0; index < items.length; index++) {
      current = operation({ ...given(current, 'each'), data: items[index], index });
      if (isThenable(current)) return eachLater(items, operation, current, index + 1);
    }
    return current;
  }

  async function eachLater(items, operation, pending, start) {
    let current = await pending;
    for (let index = start; index < items.length; index++) {
      current = await operation({ ...promised(current, 'each', operation), data: items[index], index });
    }
    return current;
  }

  const each = makeEach(false);

  const map = (source, callback) => async state => {
    const items = await asData(source, state);
    if (!Array.isArray(items)) throw failure('map', `map expects a list of items, found ${typeof items}`, TypeError);
    const data = [];
    for (let index = 0; index < items.length; index++) data.push(await callback(items[index], index, state));
    return { ...state, data };
  };

  const group = (items, keyPath, callback = state => state) => state =>
    resolving(state, [items, keyPath], ([list, path]) => {
      const groups = new Map();
      for (const item of Object.values(list ?? [])) {
        const key = String(getPath(item, path));
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(item);
      }
      groups.delete('undefined');
      return callback({ ...state, data: Object.fromEntries(groups) });
    });

  const plainPath = /^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/;

  /** The value at a lodash path, such as `a.b[0].c`; lodash itself reads what is less plain. */
  function getPath(item, path) {
    if (item === null || item === undefined) return undefined;
    if (!plainPath.test(path) || Array.isArray(path)) return kit.library('lodash').get(item, path);
    if (typeof item === 'object' && path in item) return item[path];
    return String(path).split(/[.[\]]+/).filter(Boolean).reduce((value, key) => value?.[key], item);
  }

  const as = (key, operation) => state =>
    resolving(state, [key], async ([name]) => {
      const result = await operation(state);
      const { data, ...others } = given(result, 'as');
      return { ...state, ...others, data: state.data, [name]: data };
    });

  const assert = (expression, message) => state =>
    resolving(state, [expression, message], ([value, text]) => {
      if (value) return state;
      throw failure('assert', text || `assertion statement failed with ${value}`);
    });

  const printer = level => (...args) => state =>
    resolving(state, args, resolved => {
      kit.log(level, ...resolved);
      return state;
    });

  // ---- Paths

  const query = (json, path) => (json ? kit.jsonPath().query(json, path) : undefined);
  const source = path => state => query(state, path);
  const jsonValue = (json, path) => {
    if (!json) throw new TypeError(`a path cannot be read from ${json}`);
    return query(json, path)[0];
  };
  const sourceValue = path => state => jsonValue(state, path);

  const stripRoot = path => {
    if (typeof path !== 'string' || !path) throw new TypeError(`a path must be text, found ${path === '' ? 'an empty one' : typeof path}`);
    return path.replace(/^[$.]+/, '');
  };
  const dataPath = path => `$.data.${stripRoot(path)}`;
  const dataValue = path => sourceValue(dataPath(path));
  const referencePath = path => `$.references${stripRoot(path)}`;
  const lastReferenceValue = path => sourceValue(`$.references[0].${path}`);

  function asData(data, state) {
    if (typeof data === 'string') return query(state, data);
    if (typeof data === 'object') return data;
    return typeof data === 'function' ? data(state) : undefined;
  }

  const index = () => state => state.index;

  const join = (targetPath, sourcePath, key) => state => {
    const value = sourceValue(sourcePath)(state);
    return source(targetPath)(state).map(item => ({ [key]: value, ...item }));
  };

  const merge = (path, fields) => state =>
    resolving(state, [fields], ([extra]) => chain(asData(path, state), items => items.map(item => ({ ...item, ...extra }))));

  // ---- Plain helpers

  const field = (key, value) => [key, value];
  const fields = (...pairs) => Object.fromEntries(pairs);
  const toArray = value => [].concat(value);
  const arrayToString = (list, separator) => Array.apply(null, list).join(separator);

  function chunk(list, size) {
    if (!(size >= 1)) throw new RangeError(`chunk size must be at least 1, found ${size}`);
    const chunks = [];
    for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
    return chunks;
  }

  function splitKeys(object, keys) {
    const parts = [{}, {}];
    for (const key of Object.keys(object)) parts[keys.includes(key) ? 1 : 0][key] = object[key];
    return parts;
  }

  const humanProper = text => (typeof text === 'string'
    ? text.replace(/[_-]/g, ' ').replace(/\w\S*/g, word => word[0].toUpperCase() + word.slice(1).toLowerCase())
    : text);

  const emojis = /[\uFE0F\u00A9\u00AE\u2000-\u3300]|[\uD83C-\uD83E][\uD000-\uDFFF]/g;
  const scrubEmojis = (text, replacement) => (text ? text.replace(emojis, replacement ?? '\uFFFD') : text);

  // ---- Cursor

  let cursorKey = 'cursor';
  let cursorStart;

  /** Keeps a value, or the moment that words like `today` or `3 days ago` name, under the cursor's key. */
  const cursor = (value, options = {}) => state => {
    const { format, ...others } = typeof options === 'function' ? options(state) : options;
    return resolving(state, [value, others], ([position, { key, defaultValue }]) => {
      cursorKey = key ?? cursorKey;
      const wanted = position ?? defaultValue;
      const chosen = typeof wanted === 'string' ? parseMoment(wanted) : wanted;
      if (isDate(chosen)) {
        const formatted = format?.(chosen);
        state[cursorKey] = formatted ?? chosen.toISOString();
        const shown = formatted ?? kit.dateFns().format(chosen, 'HH:mm d MMM yyyy (OOO)');
        kit.log('info', `Setting ${cursorKey} "${wanted}" to: ${shown}`);
      } else {
        state[cursorKey] = format?.(chosen) ?? chosen;
        kit.log('info', `Setting ${cursorKey} to:`, state[cursorKey]);
      }
      return state;
    });
  };

  const isDate = value => Object.prototype.toString.call(value) === '[object Date]';

  function parseMoment(text) {
    cursorStart ??= new Date();
    const now = new Date();
    if (text === 'start') return cursorStart;
    if (text === 'now' || text === 'end') return now;
    if (text === 'today') return daysAgo(now, 0);
    if (text === 'yesterday') return daysAgo(now, 1);
    const unit = /(hour|day)s? ago$/.exec(text)?.[1];
    const count = Number(/\d+/.exec(text)?.[0] ?? NaN);
    if (unit && Number.isNaN(count)) kit.log('info', `Error converting ${text} into a date`);
    if (!unit || Number.isNaN(count)) return text;
    return unit === 'hour' ? new Date(now.getTime() - count * 3600000) : daysAgo(now, count);
  }

  const daysAgo = (now, days) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);

  // ---- CSV

  const csvDefaults = {
    delimiter: ',', quote: '"', escape: '"', columns: true, bom: true, trim: true, ltrim: true, rtrim: true,
    skip_empty_lines: true,
  };

  const parseCsv = (csv, options = {}, callback) => state =>
    resolving(state, [csv, options], async ([source, chosen]) => {
      const { chunkSize = Infinity } = chosen ?? {};
      if (chunkSize < 1) throw failure('parseCsv', 'chunkSize must be at least 1');
      const known = Object.entries(chosen ?? {}).filter(([name]) => name in csvDefaults);
      const rows = rowsOf(piecesOf(source), { ...csvDefaults, ...Object.fromEntries(known) });
      return kit.inChunks(rows, chunkSize, callback, state);
    });

  /** The text of a source in pieces, so that no more than one chunk of rows is alive at a time. */
  function piecesOf(source) {
    if (typeof source === 'string') return slicesOf(source, 1 << 18);
    if (typeof source?.[Symbol.asyncIterator] === 'function') return kit.texts(source);
    throw failure('parseCsv', `parseCsv expects CSV text or a stream, found ${source === null ? 'null' : typeof source}`, TypeError);
  }

  function* slicesOf(text, length) {
    for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
  }

  /** The rows of each piece, then those that were waiting for the end. */
  async function* rowsOf(pieces, options) {
    const parser = parsing(() => kit.csv().createParser(options));
    for await (const piece of pieces) yield parsing(() => parser.write(piece));
    yield parsing(() => parser.end());
  }

  function parsing(body) {
    try {
      return body();
    } catch (error) {
      throw markAdaptorError(error, 'parseCsv');
    }
  }

  // ---- Validation

  /** Adds what is wrong with data under a JSON Schema to `validationErrors`. */
  const validate = (schema = 'schema', data = 'data') => state =>
    resolving(state, [schema, data], async ([rules, value]) => {
      state.validationErrors ??= [];
      const known = typeof rules === 'string' ? await namedSchema(rules, state) : rules;
      const checked = typeof value === 'string' ? query(state, value)[0] : value;
      const errors = errorsOf(checked, known);
      if (errors) state.validationErrors.push({ data: state.data, errors });
      return state;
    });

  /** The schema at a URL or a path. */
  async function namedSchema(name, state) {
    if (!/^[a-z][a-z0-9+.-]*:/i.test(name)) return query(state, name)[0];
    const { body } = await kit.request('GET', name, { parseAs: 'json', errors: false, maxRedirections: 5 });
    return body;
  }

  function errorsOf(value, schema) {
    if (schema === null || !/^(object|boolean)$/.test(typeof schema)) {
      throw failure('validate', 'schema must be object or boolean');
    }
    let text;
    try {
      text = kit.validate(JSON.stringify(schema), JSON.stringify(value ?? null));
    } catch (error) {
      throw failure('validate', error.message.replace(/^Error: /, ''));
    }
    return text && JSON.parse(text);
  }

  // ---- util

  /** Requests as plain functions, which resolve to the response with its body. */
  const request = (...args) => kit.request(...args);
  const requests = {
    request,
    get: (url, options) => request('GET', url, options),
    post: (url, body, options) => request('POST', url, { body, ...options }),
    put: (url, body, options) => request('PUT', url, { body, ...options }),
    del: (url, body, options) => request('DELETE', url, { body, ...options }),
  };

  function encode(data, { parseJson } = { parseJson: true }) {
    const text = parseJson && typeof data !== 'string' ? JSON.stringify(data) : data;
    return kit.Buffer().from(text).toString('base64');
  }

  function decode(base64, { parseJson } = { parseJson: true }) {
    if (typeof base64 !== 'string') throw new TypeError(`decode expects text, found ${typeof base64}`);
    const text = kit.Buffer().from(base64, 'base64').toString('utf-8');
    if (!parseJson || !/^[[{]/.test(text)) return text;
    try {
      return JSON.parse(text);
    } catch (error) {
      kit.log('info', error.message);
      return text;
    }
  }

  const uuid = () => 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, letter => {
    const digit = Math.floor(Math.random() * 16);
    return (letter === 'x' ? digit : (digit & 3) | 8).toString(16);
  });

  function throwError(code, { description, fix, ...extras } = {}) {
    const message = description ? `${code}: ${description}` : String(code);
    throw Object.assign(failure('throwError', message), { code, description, fix, ...extras });
  }

  function normalizeOauthConfig(configuration) {
    if (configuration.access_token && configuration.accessToken) {
      throw new Error('Give either access_token or accessToken, not both');
    }
    const { access_token: accessToken, ...others } = configuration;
    return accessToken ? { ...others, accessToken } : configuration;
  }

  const makeBasicAuthHeader = (username, password) =>
    ({ Authorization: `Basic ${kit.Buffer().from(`${username}:${password}`).toString('base64')}` });

  const expandReferences = (state, ...args) => resolving(state, args, resolved => resolved);

  const util = {
    ...requests, encode, decode, uuid, throwError, normalizeOauthConfig, makeBasicAuthHeader,
    expandReferences, parseDate: parseMoment,
  };

  /** Options of an HTTP request, with helpers that add headers; each may be a function of state. */
  const options = (given = {}) => {
    const target = typeof given === 'function' ? lazyOptions(given) : given;
    const add = (name, make, ...values) => {
      target.headers ??= {};
      target.headers[name] = values.some(value => typeof value === 'function')
        ? state => resolving(state, values, resolved => make(...resolved))
        : make(...values);
      return target;
    };
    const basicHeader = (user, password) => makeBasicAuthHeader(user, password).Authorization;
    const helpers = {
      json: () => add('Content-Type', () => 'application/json'),
      basic: (user, password) => add('Authorization', basicHeader, user, password),
      bearer: token => add('Authorization', text => `Bearer ${text}`, token),
    };
    helpers.oauth = helpers.bearer;
    for (const name of Object.keys(helpers)) Object.defineProperty(target, name, { value: helpers[name] });
    return target;
  };

  /** Options that are known with the state, under the headers that are added to this function. */
  function lazyOptions(given) {
    const late = state => chain(given(state), known =>
      ({ ...known, headers: { ...known?.headers, ...late.headers } }));
    return late;
  }

  return {
    get _() { return kit.library('lodash'); },
    get dateFns() { return kit.dateFns(); },
    alterState: fn, arrayToString, as, asData, assert, beta: { each: makeEach(true) }, chunk, combine, composeNextState,
    cursor, dataPath, dataValue, debug: printer('debug'), each, field, fields, fn, fnIf, group, http: { options },
    humanProper, index, join, jsonValue, lastReferenceValue, log: printer('info'), map, merge, parseCsv,
    referencePath, scrubEmojis, source, sourceValue, splitKeys, toArray, util, validate,
  };
})
