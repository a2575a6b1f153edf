/**
 * The runtime of one step: state assembly, the job's globals, operations one after another, and the
 * cleaning of the final state. The other parts of it stand in the files beside this one.
 *
 * It lives in a global context of its own, beside the job's: whatever a job does to its built-ins, those
 * used here stay whole. `global` is the job's global object, `step` what is known of the step. `host` is
 * the native side: invoke, call, log, setTimer, clearTimer, script, readLibrary, evaluate, finish, crash, ….
 * Everything crosses as JSON text or as a value parsed from it by the engine.
 */
(function (host, global, step) {
  'use strict';

  const part = (name, ...needs) => host.script(name)(...needs);

  /** The job's own constructors, so that `instanceof` holds there for the errors made here. */
  const { Error: JobsError, TypeError: JobsTypeError } = global;
  /** States that stand in for an operation's missing result. */
  const nullStates = new WeakSet();
  const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
  /** The operation that is running. */
  let current;
  /** Whether the operations are over, and what is left are requests that none of them waited for. */
  let isLeaving = false;

  const values = part('values');
  const { isPlain, lazily, structured, stringify } = values;
  const resolvers = part('arguments', values);
  const { resolving } = resolvers;
  const types = part('types', global.Date, () => library('buffer'), host.evaluateInJob);
  const native = part('native', host, JobsError, values, resolvers, types);
  const { describe, jobFrames } = part('errors', host, step, native.adaptorErrors, values, () => current);
  const { makeConsole, writeLine } = part('console', host, step, values, jobFrames, lazily(() => part('table')));
  const { startTimer, stopTimer, fireTimer } = part('timers', host, JobsTypeError, uncaught);
  const { library } = part('libraries', host, {
    Function: Object.assign(makeTemplate, { prototype: Function.prototype }),
    setTimeout: (...args) => startTimer(false, ...args),
    clearTimeout: stopTimer,
  });

  const streams = lazily(() => part('streams', host, native, library, JobsTypeError));

  /** Lists of `size` items for a callback, one after the other; without one each becomes data. */
  async function inChunks(batches, size, callback, state) {
    for await (const chunk of values.chunksOf(batches, size)) {
      state = await (callback ? callback(state, chunk) : native.composeNextState(state, chunk));
    }
    return state;
  }

  /** What an operation gets that must leave the job's state alone. */
  const aside = ({ configuration }) => ({ configuration, data: {} });

  /** What `common.js` is made with. */
  const kit = {
    resolving, composeNextState: native.composeNextState, isThenable: values.isThenable,
    markAdaptorError: native.markAdaptorError, Error: JobsError, TypeError: JobsTypeError,
    jsonPath: lazily(() => part('jsonpath', global)),
    csv: lazily(() => part('csv', global)),
    dateFns: lazily(() => part('datefns', global)),
    isLazy: native.isLazy, inChunks, aside,
    // The job's own, so that what is read has its classes.
    parse: global.JSON.parse, rowsOf: types.rowsOf,
    eachWith: lazily(() => part('each', values, native.markAdaptorError, JobsError)),
    paginate: get => part('paginate', kit, get),
    database: (reduce, exports) => part('database', kit, reduce, exports),
    isPlain: values.isPlain, concurrent: values.concurrent,
    xml: http => part('xml', kit, library, http),
    dhis2: lazily(() => part('dhis2', resolvers, values)),
    texts: source => streams().texts(source),
    library, Buffer: () => library('buffer').Buffer,
    log: (level, ...args) => writeLine(level, args),
    validate: (schema, data) => host.validate(schema, data),
  };

  const { adaptorModule, withInitialState } = part('modules', host, kit, native, values, reduce);
  const { makeJob } = part('job', JobsTypeError, adaptorModule, values.isThenable);

  // ---- Running

  /** Runs the step; the outcome goes to `host.finish`. */
  async function run(input, main, globalsMain) {
    const state = assemble(step, input);
    native.configured(state.configuration);
    try {
      const job = await load(state, main, globalsMain);
      const operations = await listOperations(job);
      const result = await reducerOf(job)(...operations)(state);
      await leave();
      host.finish('{"status":"success"}', clean(nullStates.has(result) ? undefined : result));
    } catch (thrown) {
      await fail(thrown, state);
    }
  }

  /** Lets requests that nobody waits for be answered, whatever the answer. */
  function leave() {
    isLeaving = native.isBusy();
    return native.idle();
  }

  async function load(state, main, globalsMain) {
    installGlobals(state);
    if (globalsMain) await installWorkflowGlobals(globalsMain);
    const job = makeJob(step.adaptors, host.adaptor);
    await main.call(undefined, job);
    return job;
  }

  async function installWorkflowGlobals(globalsMain) {
    const library = makeJob([]);
    try {
      await globalsMain.call(undefined, library);
    } catch (error) {
      if (typeof error?.message === 'string') error.message = `[globals] ${error.message}`;
      throw error;
    }
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
        const run = isAsync ? await made : made;
        entries.push({ run: job.isChained(run) ? refused : run, name, line });
      }
    }
    entries.forEach(({ run }, index) => {
      if (typeof run !== 'function') {
        throw invalid('InvalidOperationError', `Invalid operation at statement ${index}`);
      }
    });
    return entries.map(wrapOperation);
  }

  /** A promise with `.then` in the place of an operation fails when its turn comes, as on OpenFn. */
  function refused() {
    throw new JobsTypeError('a promise is no operation');
  }

  function invalid(name, message) {
    return Object.assign(new Error(message), { name: 'ValidationError', severity: 'crash', subtype: name });
  }

  /** Names the running operation for errors, and gives the next one a state in any case. */
  function wrapOperation(entry, index) {
    return async state => {
      current = entry;
      if (step.debug) host.log('debug', 'R/T', `Starting operation ${index + 1}`);
      if (nullStates.delete(state)) {
        host.log('warn', 'R/T', `No state was passed into operation ${index + 1}. Did the previous operation return state?`);
      }
      const start = Date.now();
      const result = await entry.run(step.immutable ? structured(state) : state);
      if (step.debug) host.log('debug', 'R/T', `Operation ${index + 1} complete in ${Date.now() - start}ms`);
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

  /** What is no function is skipped. */
  async function reduce(operations, state) {
    for (const each of operations) if (typeof each === 'function') state = await each(state);
    return state;
  }

  /** What lodash's `template` makes of text is code of the job, so it belongs to the job's context. */
  function makeTemplate(parameters, body) {
    return host.evaluateInJob(`(function(${parameters}){${body}\n})`, 'template');
  }

  // ---- State in and out

  function assemble({ configuration, defaultState }, input) {
    const incoming = input ?? {};
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
    const text = stringify(withoutRemovedKeys(state));
    if (text === undefined) throw invalid('InvalidStateError', `The final state is a ${typeof state}, not data`);
    return text;
  }

  /** A frozen state stays as it is: its copy lacks the keys. */
  function withoutRemovedKeys(state) {
    if (!state || typeof state !== 'object') return state;
    const removed = step.removedKeys.every(key => Reflect.deleteProperty(state, key));
    if (removed) return state;
    return Object.fromEntries(Object.entries(state).filter(([key]) => !step.removedKeys.includes(key)));
  }

  // ---- Failure

  async function fail(thrown, state) {
    const error = describe(thrown);
    if (error.severity === 'fail') await leave();
    const outcome = JSON.stringify({ status: error.severity, error });
    host.finish(outcome, error.severity === 'fail' ? stateOfFailure(error, state) : undefined);
  }

  /** The state of a failed step with its error; of a state that cannot take it, the error alone. */
  function stateOfFailure({ stack, ...reported }, state) {
    const errors = earlier => ({ ...(isPlain(earlier) ? earlier : earlier && { earlier }), [step.id]: reported });
    try {
      if (!Object.isExtensible(state)) state = { ...state };
      state.errors = errors(state.errors);
      return clean(state);
    } catch {
      return stringify({ data: {}, errors: errors() });
    }
  }

  /** An error that nobody waits for: a throwing timer or a floating rejection. */
  function uncaught(error) {
    const description = { ...describe(error), severity: 'crash' };
    if (isLeaving) {
      const { message } = description;
      host.log('error', 'R/T', `Failed after the last operation, and nothing waits for it: ${message}`);
      return;
    }
    host.crash(JSON.stringify({ status: 'crash', error: description }));
  }

  /** Ends a step that waits for a promise which nothing is left to settle. */
  function hang() {
    const where = current?.name ? `operation "${current.name}" (line ${current.line}) waits` : 'the job waits';
    const message = `Job will never complete: ${where} for a promise that nothing is left to settle`;
    const error = { source: 'runtime', name: 'TimeoutError', severity: 'kill', message };
    host.crash(JSON.stringify({ status: 'kill', error }));
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
    for (const name of ERRORS) global[name] = withHeadedStack(global[name]);
    part('intl', global);
    global.Date = part('date', global.Date, lazily(() => part('dates')));
    global.state = state;
    Object.defineProperty(global, 'Buffer', {
      get: lazily(() => part('buffer', library('buffer').Buffer, JobsError)),
      set(value) { Object.defineProperty(global, 'Buffer', { value, writable: true }); },
      configurable: true, enumerable: true,
    });
  }

  /**
   * The job's error class, whose stacks begin with the error, as Node's do. What the engine throws itself has the
   * engine's stack.
   */
  function withHeadedStack(Native) {
    const Class = new Proxy(Native, {
      construct: (target, args, made) => native.headed(Reflect.construct(target, args, made === Class ? target : made)),
      apply: (target, self, args) => native.headed(Reflect.construct(target, args)),
    });
    Object.defineProperty(Native.prototype, 'constructor', { value: Class });
    return Class;
  }

  function settle(number, error, hasNext, data, additions, keepsReferences, paths, types, appends, stream) {
    const made = stream === undefined ? data : streams().makeStream(stream);
    native.settle(number, error, hasNext, made, additions, keepsReferences, paths, types, appends);
  }

  const settleRead = (...answer) => streams().settleRead(...answer);

  return { run, settle, settleRead, readList: native.readList, fireTimer, hang, unhandled: (promise, reason) => uncaught(reason) };
})
