/**
 * The runtime of one step: state assembly, the job's globals, operations one after another, errors and
 * the cleaning of the final state.
 *
 * It lives in a global context of its own, beside the job's: whatever a job does to its built-ins, those
 * used here stay whole. `global` is the job's global object. `host` is the native side: invoke, call, log,
 * setTimer, clearTimer, script, readLibrary, evaluate, finish, crash, …. Everything crosses as JSON text
 * or as a value parsed from it by the engine.
 */
(function (host, global) {
  'use strict';

  /** The job's own constructors, so that `instanceof` holds there for the errors made here. */
  const { Error: JobsError, TypeError: JobsTypeError } = global;

  /** Errors that an adaptor reported, with the name of the operation. */
  const adaptorErrors = new WeakMap();
  /** States that stand in for an operation's missing result. */
  const nullStates = new WeakSet();
  /** Native calls that have not been answered, by number. */
  const pending = new Map();
  const timers = new Map();
  let lastNumber = 0;
  let whenIdle = null;
  let lastConfiguration = {};
  let step;

  // ---- Resolving arguments

  const isThenable = value => typeof value?.then === 'function';
  const isError = value => Object.prototype.toString.call(value) === '[object Error]';
  const isPlain = value => Object.prototype.toString.call(value) === '[object Object]';

  const ownMember = { value: undefined, writable: true, enumerable: true, configurable: true };

  /** Whether nothing in a value is a function to call or a promise to wait for. */
  function isResolved(value) {
    if (value === null || typeof value !== 'object') return typeof value !== 'function';
    if (Array.isArray(value)) return value.every(isResolved);
    if (isThenable(value)) return false;
    for (const name of Object.keys(value)) if (!isResolved(value[name])) return false;
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

  // ---- Native operations

  const encode = value => (value === undefined ? undefined : JSON.stringify(value));

  /** The JavaScript face of a native operation. */
  function operation(adaptor, index, nullDepth) {
    return (...args) => state => lending(state, args, resolved =>
      invoke(adaptor, index, nullDepth ? resolved.map(arg => withNulls(arg, nullDepth)) : resolved, state));
  }

  /** The value with its undefined members as null, so that they cross; itself when there are none. */
  function withNulls(value, depth) {
    if (depth === 0 || (!Array.isArray(value) && !isPlain(value))) return value;
    let copy = value;
    for (const key of Object.keys(value)) {
      const kept = value[key] === undefined ? null : withNulls(value[key], depth - 1);
      if (kept === value[key]) continue;
      if (copy === value) copy = Array.isArray(value) ? [...value] : { ...value };
      copy[key] = kept;
    }
    return copy;
  }

  function invoke(adaptor, index, args, state) {
    return new Promise((resolve, reject) => {
      const number = ++lastNumber;
      pending.set(number, { resolve, reject, state });
      host.invoke(number, adaptor, index, configured(state?.configuration), ...args.map(encode));
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
    const { resolve, reject, state } = pending.get(number);
    pending.delete(number);
    if (error !== undefined) reject(adaptorError(error));
    else resolve(appended(hasNext ? nextState(state, data, additions, keepsReferences, paths) : state, appends));
    if (!pending.size && whenIdle) whenIdle();
  }

  function nextState(state, data, additions, keepsReferences, paths = []) {
    const next = keepsReferences ? { ...state, data } : composeNextState(state, data);
    Object.assign(next, additions);
    for (const [key, member] of paths) next[key] = { ...next[key], [member]: data };
    return next;
  }

  function appended(state, appends) {
    if (!appends) return state;
    const next = { ...state };
    for (const [key, value] of appends) next[key] = [...(Array.isArray(next[key]) ? next[key] : []), value];
    return next;
  }

  function composeNextState(state, data) {
    if (!state.references) state.references = [];
    return { ...state, references: [...state.references, state.data], data };
  }

  /** An Error for what the native side reported: message, and the details as own properties. */
  function adaptorError({ message, operation, details }) {
    return markAdaptorError(Object.assign(new JobsError(message), details), operation);
  }

  function markAdaptorError(error, operation) {
    adaptorErrors.set(error, operation);
    return error;
  }

  function nativeFunction(adaptor, index) {
    return (...args) => {
      const answer = host.call(adaptor, index, ...args.map(encode));
      if (answer.error) throw adaptorError(answer.error);
      return answer.value;
    };
  }

  // ---- Modules a job can import

  const kit = {
    resolving, composeNextState, isThenable, markAdaptorError, Error: JobsError, TypeError: JobsTypeError,
    jsonPath: lazily(() => host.script('jsonpath')(host)),
    csv: lazily(() => host.script('csv')(host)),
    dateFns: lazily(() => host.script('datefns')(host)),
    library: name => library(name),
    Buffer: () => library('buffer').Buffer,
    log: (level, ...args) => writeLine(level, args),
  };

  function lazily(make) {
    let made;
    return () => (made ??= make());
  }

  /** Debian's node packages, through the least of CommonJS that they need. */
  function library(name, from = '') {
    const path = resolveLibrary(name, from);
    const loaded = (library.cache ??= new Map());
    if (!loaded.has(path)) {
      const module = { exports: {} };
      loaded.set(path, module);
      const wrapper = host.evaluate(`(function(module,exports,require,global){${host.readLibrary(path)}\n})`, path);
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      wrapper.call(module.exports, module, module.exports, wanted => library(wanted, folder), globalThis);
    }
    return loaded.get(path).exports;
  }

  function resolveLibrary(name, from) {
    if (name.startsWith('.')) return from + name.replace(/^\.\//, '').replace(/(\.js)?$/, '.js');
    const manifest = host.readLibrary(`${name.replace(/\/$/, '')}/package.json`);
    const main = JSON.parse(manifest).main ?? 'index.js';
    return `${name.replace(/\/$/, '')}/${main.replace(/^\.\//, '').replace(/(\.js)?$/, '.js')}`;
  }

  let common;
  const modules = new Map();

  /** What `import * from` an adaptor gives: native operations and functions, and some of common. */
  function adaptorModule(spec) {
    const exports = {};
    const everything = spec.common.includes('*');
    for (const name of everything ? Object.keys(common) : spec.common) {
      const [space, member] = name.split('.');
      if (member) place(exports, name, common[space][member]);
      else Object.defineProperty(exports, name, Object.getOwnPropertyDescriptor(common, name));
    }
    exports.execute = (...operations) => state => reduce(operations, withInitialState(spec, state));
    spec.operations.forEach((name, index) => place(exports, name, operation(spec.index, index, spec.nullDepths[index])));
    spec.functions.forEach((name, index) => place(exports, name, nativeFunction(spec.index, index)));
    return exports;
  }

  /** Puts a value at a dotted name; a namespace of common is extended and not changed. */
  function place(exports, name, value) {
    const parts = name.split('.');
    const last = parts.pop();
    for (const part of parts) {
      exports[part] = Object.assign(Object.create(null), exports[part]);
      exports = exports[part];
    }
    exports[last] = exports[last] ? Object.assign(value, exports[last]) : value;
  }

  function withInitialState(spec, state) {
    return Object.keys(spec.initialState).length ? { ...structured(spec.initialState), ...state } : state;
  }

  const structured = value => JSON.parse(JSON.stringify(value));

  // ---- The job: what compiled code calls

  function makeJob(specs, globals) {
    const imported = new Set();
    const deferred = [];
    const exported = {};
    let listed;
    return {
      imported, deferred, exported,
      get listed() { return listed; },
      meta: Object.freeze({}),
      operation: (make, name, line) => deferred.push({ make, name, line }),
      default: value => { listed = { value }; },
      exports: values => Object.defineProperties(exported, Object.getOwnPropertyDescriptors(values)),
      exportAll: name => Object.assign(exported, importModule(name)),
      imports: name => importModule(name),
      dynamicImport: async () => {
        throw new JobsTypeError('A dynamic import callback was not specified.');
      },
      chain: base => new Chain(base),
      defer: chain => chain.operation(),
    };

    function importModule(name) {
      if (name === '@openfn/runtime') return { defer };
      const spec = specs.find(each => each.packageName === name.replace(/(?!^)@[^/]*$/, ''));
      if (!spec) throw importError(`Failed to import module "${name}"`);
      imported.add(spec);
      if (!modules.has(spec)) modules.set(spec, adaptorModule(spec));
      return modules.get(spec);
    }
  }

  function importError(message) {
    return Object.assign(new Error(message), { name: 'ImportError', severity: 'crash' });
  }

  /** What stands between an operation and the `.then` and `.catch` written after it. */
  class Chain {
    #base; #recover; #links = [];
    constructor(base) { this.#base = base; }
    then(...handlers) { return this.#add('then', handlers); }
    finally(...handlers) { return this.#add('finally', handlers); }
    /** Next to the operation, `catch` also receives the state and guards the operation alone. */
    catch(...handlers) {
      if (this.#links.length || this.#recover) return this.#add('catch', handlers);
      this.#recover = handlers[0];
      return this;
    }
    operation() {
      const complete = promise => this.#links.reduce((p, [name, handlers]) => p[name](...handlers), promise);
      return defer(this.#base, complete, this.#recover);
    }
    #add(name, handlers) {
      this.#links.push([name, handlers]);
      return this;
    }
  }

  function defer(operation, complete = promise => promise, recover = error => { throw error; }) {
    return state => {
      try {
        return complete(Promise.resolve(operation(state)).catch(error => recover(error, state)));
      } catch (error) {
        return recover(error, state);
      }
    };
  }

  // ---- Running

  /** Runs one step; the outcome goes to `host.finish`. */
  async function run(options, input, main, globalsMain) {
    step = options;
    const state = assemble(options, input);
    configured(state.configuration);
    try {
      const job = await load(state, main, globalsMain);
      const operations = await listOperations(job);
      let result = await reducerOf(job)(...operations)(state);
      while (pending.size) await idle();
      if (nullStates.has(result)) result = undefined;
      host.finish('{"status":"success"}', clean(result));
    } catch (thrown) {
      await fail(thrown, state);
    }
  }

  const idle = () => new Promise(resolve => { whenIdle = resolve; }).then(() => { whenIdle = null; });

  async function load(state, main, globalsMain) {
    common = host.script('common')(kit);
    installGlobals(state);
    if (globalsMain) await installWorkflowGlobals(globalsMain);
    const job = makeJob(step.adaptors);
    await main.call(undefined, job);
    return job;
  }

  async function installWorkflowGlobals(globalsMain) {
    const library = makeJob([]);
    await globalsMain.call(undefined, library);
    for (const name of Object.keys(library.exported)) global[name] ??= library.exported[name];
  }

  /** Makes the deferred operations, in order, now that all of the job's declarations exist. */
  async function listOperations(job) {
    const list = job.exported.operations ?? job.listed?.value ?? [];
    if (!Array.isArray(list)) {
      throw invalid('InvalidExportsError', 'Invalid exports in job expression: exports must be an array');
    }
    const entries = list.map(run => ({ run, name: undefined, line: undefined }));
    if (!job.exported.operations) {
      for (const { make, name, line } of job.deferred) {
        const made = make();
        const isAsync = Object.prototype.toString.call(make) === '[object AsyncFunction]';
        entries.push({ run: isAsync ? await made : made, name, line });
      }
    }
    entries.forEach(({ run }, index) => {
      if (typeof run !== 'function') {
        throw invalid('InvalidOperationError', `Invalid operation at statement ${index}`);
      }
    });
    return entries.map(wrapOperation);
  }

  function invalid(name, message) {
    return Object.assign(new Error(message), { name: 'ValidationError', severity: 'crash', subtype: name });
  }

  let current;

  /** Names the running operation for errors, and gives the next one a state in any case. */
  function wrapOperation(entry, index) {
    return async state => {
      current = entry;
      if (step.debug) host.log('debug', 'R/T', `Starting operation ${index + 1}`);
      if (nullStates.delete(state)) {
        host.log('warn', 'R/T', `No state was passed into operation ${index + 1}. Did the previous operation return state?`);
      }
      const result = await entry.run(step.immutable ? structured(state) : state);
      if (result) return result;
      if (step.debug) host.log('debug', 'R/T', `Operation ${index + 1} did not return state`);
      const empty = {};
      nullStates.add(empty);
      return empty;
    };
  }

  /** The job's own `execute`, or that of the one adaptor in use, or plain order. */
  function reducerOf(job) {
    if (job.exported.execute) return job.exported.execute;
    const [spec, ...others] = job.imported;
    return (...operations) => state =>
      reduce(operations, spec && !others.length ? withInitialState(spec, state) : state);
  }

  async function reduce(operations, state) {
    for (const each of operations) state = await each(state);
    return state;
  }

  // ---- State in and out

  function assemble({ configuration, defaultState }, input) {
    const incoming = input && typeof input === 'object' ? input : {};
    const base = { configuration: {}, data: {}, ...defaultState };
    const state = { ...defaultState, ...incoming };
    state.configuration = { ...base.configuration, ...incoming.configuration, ...configuration };
    const { data } = incoming;
    const isComplete = data && (Array.isArray(data) || typeof data !== 'object');
    state.data = isComplete ? data : { ...base.data, ...data };
    return state;
  }

  /** The final state as JSON text, without what must not leave the step. */
  function clean(state) {
    if (state === undefined) return undefined;
    if (state && typeof state === 'object') for (const key of step.removedKeys) delete state[key];
    return stringify(state);
  }

  function stringify(value, indent) {
    let text;
    try {
      text = JSON.stringify(value, null, indent);
    } catch (error) {
      // Nested too deeply for the stack: a second walk would not get further.
      if (error.constructor.name === 'RangeError') throw error;
      text = JSON.stringify(untangle(value, new Set()), null, indent);
    }
    if (text === undefined) throw invalid('InvalidStateError', `The final state is a ${typeof value}, not data`);
    return text;
  }

  /** A copy that JSON can hold: cycles are marked, a BigInt becomes a number, or text if too large. */
  function untangle(value, parents) {
    if (typeof value?.toJSON === 'function') value = value.toJSON();
    if (typeof value === 'bigint') {
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    }
    if (value === null || typeof value !== 'object') return value;
    if (parents.has(value)) return '[Circular]';
    parents.add(value);
    const copy = Array.isArray(value)
      ? value.map(each => untangle(each, parents))
      : Object.fromEntries(Object.keys(value).map(key => [key, untangle(value[key], parents)]));
    parents.delete(value);
    return copy;
  }

  // ---- Errors

  async function fail(thrown, state) {
    const error = describe(thrown);
    while (error.severity === 'fail' && pending.size) await idle();
    const outcome = JSON.stringify({ status: error.severity, error });
    host.finish(outcome, error.severity === 'fail' ? stateOfFailure(error, state) : undefined);
  }

  /** The state of a failed step with its error; of a state that cannot take it, the error alone. */
  function stateOfFailure({ stack, ...reported }, state) {
    const errors = earlier => ({ ...(isPlain(earlier) ? earlier : earlier && { earlier }), [step.id]: reported });
    try {
      state.errors = errors(state.errors);
      return clean(state);
    } catch {
      return stringify({ data: {}, errors: errors() });
    }
  }

  /** The error as OpenFn serialises it: class, severity, message and where it came from. */
  function describe(thrown) {
    return host.redact(stringify(classify(thrown)));
  }

  function classify(thrown) {
    if (thrown === null || thrown === undefined) {
      thrown = new TypeError(`${thrown} was thrown`);
    }
    const stack = typeof thrown?.stack === 'string' ? jobFrames(thrown.stack) : [];
    if (adaptorErrors.has(thrown)) return describeAdaptorError(thrown);
    const kind = String(thrown?.subtype ?? Object.getPrototypeOf(Object(thrown))?.constructor?.name ?? '');
    const place = position(stack);
    const text = String(thrown?.message ?? (typeof thrown === 'object' ? '' : thrown));
    const make = (name, severity, message, extra) =>
      ({ source: 'runtime', name, severity, ...extra, message, ...(place && extra && { pos: place, step: step.name }), stack: stack.map(frame => frame.text) });
    if (thrown?.name === 'ImportError') return make('ImportError', 'crash', text);
    if (/RangeError|TypeError/.test(kind)) return make('RuntimeError', 'fail', `${kind}: ${text}`, { subtype: kind });
    if (thrown?.severity === 'crash' || /ReferenceError|SyntaxError/.test(kind)) {
      return make('RuntimeCrash', 'crash', `${kind}: ${text}`, { subtype: kind });
    }
    if (/EvalError/.test(kind)) return make('SecurityError', 'kill', 'Illegal eval statement detected');
    return make('JobError', 'fail', text);
  }

  function describeAdaptorError(error) {
    const details = { ...JSON.parse(stringify({ ...error })), message: error.message };
    return {
      source: 'runtime', name: 'AdaptorError', severity: 'fail', message: error.message, details,
      operationName: current?.name || adaptorErrors.get(error), line: current?.line,
    };
  }

  /** The frames of a stack that lie in the job's own text, with columns as the job's author sees them. */
  function jobFrames(stack) {
    const frames = [];
    for (const text of stack.split('\n')) {
      const [, name, line, column] = /^(.*?)@?job:(\d+):(\d+)$/.exec(text) ?? [];
      if (line === undefined) continue;
      const own = ownColumn(Number(line), Number(column));
      frames.push({ line: Number(line), column: own, text: `    at ${name || '<anonymous>'} (${step.file}:${line}:${own})` });
    }
    return frames;
  }

  /** Takes back what the compiler inserted before this place on its line. Columns count from 1. */
  function ownColumn(line, column) {
    let shift = 0;
    for (const [at, start, length] of step.insertions) {
      if (at !== line || start >= column) continue;
      if (length > 0 && column - 1 < start + length) return start - shift + 1;
      shift += length;
    }
    return column - shift;
  }

  function position([frame]) {
    if (!frame) return undefined;
    const source = host.sourceLine(frame.line);
    return { line: frame.line, column: frame.column, ...(source !== undefined && { src: source }) };
  }

  // ---- Globals of the job

  function installGlobals(state) {
    const values = {
      console: makeConsole(), setTimeout: (...args) => startTimer(false, ...args),
      setInterval: (...args) => startTimer(true, ...args), clearTimeout: stopTimer, clearInterval: stopTimer,
    };
    for (const name of Object.keys(values)) {
      Object.defineProperty(global, name, {
        value: Object.freeze(values[name]), writable: true, configurable: true, enumerable: true,
      });
    }
    global.state = state;
    Object.defineProperty(global, 'Buffer', {
      get: lazily(() => guardedBuffer(library('buffer').Buffer)),
      set(value) { Object.defineProperty(global, 'Buffer', { value, writable: true }); },
      configurable: true, enumerable: true,
    });
  }

  /** Node's Buffer without its deprecated constructor, as OpenFn hands it out. */
  function guardedBuffer(Buffer) {
    return new Proxy(Buffer, {
      construct() {
        throw new JobsError('Do not call Buffer() constructor directly. Use Buffer.from() or Buffer.alloc().');
      },
    });
  }

  function startTimer(repeats, callback, delay = 0, ...args) {
    if (typeof callback !== 'function') throw new JobsTypeError('The "callback" argument must be of type function');
    const number = ++lastNumber;
    const wait = Number(delay) >= 1 ? Math.min(Number(delay), 2 ** 31 - 1) : 1;
    timers.set(number, { callback, args, wait: repeats ? wait : undefined });
    host.setTimer(number, wait);
    return number;
  }

  function stopTimer(number) {
    if (timers.delete(number)) host.clearTimer(number);
  }

  /** Called by the native side when a timer is due; what the callback throws ends the run. */
  function fireTimer(number) {
    const timer = timers.get(number);
    if (!timer) return;
    if (timer.wait === undefined) timers.delete(number);
    else host.setTimer(number, timer.wait);
    try {
      timer.callback(...timer.args);
    } catch (error) {
      uncaught(error);
    }
  }

  /** An error that nobody waits for: a throwing timer or a floating rejection. */
  function uncaught(error) {
    const description = { ...describe(error), severity: 'crash' };
    host.crash(JSON.stringify({ status: 'crash', error: description }));
  }

  /** Ends a step that waits for a promise which nothing is left to settle. */
  function hang() {
    const where = current?.name ? `operation "${current.name}" (line ${current.line}) waits` : 'the job waits';
    const message = `Job will never complete: ${where} for a promise that nothing is left to settle`;
    const error = { source: 'runtime', name: 'TimeoutError', severity: 'kill', message };
    host.crash(JSON.stringify({ status: 'kill', error }));
  }

  // ---- Console

  function makeConsole() {
    const counts = new Map();
    const starts = new Map();
    const print = level => (...args) => writeLine(level, args);
    return {
      log: print('info'), info: print('info'), debug: print('debug'), warn: print('warn'),
      error: print('error'), success: print('success'), always: print('always'), print: print('always'),
      trace: print('debug'), dir: value => writeLine('info', [value]), table: value => writeLine('info', [value]),
      group: (...args) => { if (args.length) writeLine('info', args); }, groupCollapsed() {}, groupEnd() {},
      assert: (holds, ...args) => { if (!holds) writeLine('error', ['Assertion failed:', ...args]); },
      count(label = 'default') {
        counts.set(label, (counts.get(label) ?? 0) + 1);
        writeLine('info', [`${label}: ${counts.get(label)}`]);
      },
      time(label = 'default') { starts.set(label, Date.now()); },
      timeEnd(label = 'default') { writeLine('info', [`${label}: ${Date.now() - starts.get(label)}ms`]); },
    };
  }

  function writeLine(level, args) {
    if (!args.length || (args.length === 1 && args[0] === null)) return;
    const shown = args.map(sanitize).filter(value => value !== null || step.sanitize !== 'remove');
    if (!shown.length) return;
    host.log(level, 'JOB', shown.map(render).join(' '), step.logJSON ? stringify(shown.map(plain)) : undefined);
  }

  const plain = value => (isError(value) ? { name: value.name, message: value.message } : value);

  function render(value) {
    if (isError(value)) {
      const frames = jobFrames(value.stack ?? '').map(frame => `\n${frame.text}`);
      return `${value.name}: ${value.message}${frames.join('')}`;
    }
    if (value === null) return 'null';
    if (typeof value === 'object') return stringify(mask(value), 2);
    return typeof value === 'function' || typeof value === 'symbol' ? 'undefined' : String(value);
  }

  /** A state is printed with every value of its configuration hidden. */
  function mask(value) {
    if (!value.configuration || typeof value.configuration !== 'object') return value;
    const hidden = Object.keys(value.configuration).map(key => [key, '****']);
    return { ...value, configuration: Object.fromEntries(hidden) };
  }

  function sanitize(value) {
    if (step.sanitize === 'none' || value === null || typeof value !== 'object' || isError(value)) return value;
    const isList = Array.isArray(value);
    if (step.sanitize === 'remove') return null;
    if (step.sanitize === 'obfuscate') return isList ? '[array]' : '[object]';
    if (isList) return value.length ? `(array with ${value.length} items)` : '(empty array)';
    const keys = Object.keys(value).sort();
    return keys.length ? `(object with keys ${keys.join(', ')})` : '(empty object)';
  }

  return { run, settle, fireTimer, hang, unhandled: (promise, reason) => uncaught(reason) };
})
