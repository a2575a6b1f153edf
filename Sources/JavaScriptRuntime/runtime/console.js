/**
 * The console of a job: what its values look like in the log.
 */
(function (host, step, values, jobFrames, drawTable) {
  'use strict';

  const { isError, stringify } = values;

  /** What open groups put in front of every line. */
  let indent = '';

  function makeConsole() {
    const print = level => (...args) => writeLine(level, args);
    const group = (...args) => {
      writeLine('info', args);
      indent += '  ';
    };
    return {
      log: print('info'), info: print('info'), debug: print('debug'), warn: print('warn'),
      error: print('error'), success: print('success'), always: print('always'), print: print('always'),
      trace: (...args) => writeLine('info', [Object.assign(new Error(textOf(args)), { name: 'Trace' })]),
      dir: value => writeLine('info', [value]), table: writeTable,
      group, groupCollapsed: group, groupEnd: () => { indent = indent.slice(2); },
      assert(holds, ...args) {
        if (!holds) writeLine('warn', args.length ? ['Assertion failed:', ...args] : ['Assertion failed']);
      },
      // Of OpenFn's own logger: they shape its output, not a job's state.
      break() {}, confirm: async () => true, force() {}, indent() {}, proxy() {}, timer() {}, unforce() {},
      ...counters(), ...stopwatches(),
    };
  }

  function counters() {
    const counts = new Map();
    return {
      count(label = 'default') {
        counts.set(label, (counts.get(label) ?? 0) + 1);
        writeLine('info', [`${label}: ${counts.get(label)}`]);
      },
      countReset(label = 'default') {
        if (!counts.delete(label)) writeLine('warn', [`Count for '${label}' does not exist`]);
      },
    };
  }

  function stopwatches() {
    const starts = new Map();
    const writeTime = (method, label, args) => {
      if (!starts.has(label)) return writeLine('warn', [`No such label '${label}' for console.${method}()`]);
      return writeLine('info', [`${label}: ${durationOf(Date.now() - starts.get(label))}`, ...args]);
    };
    return {
      time(label = 'default') {
        if (starts.has(label)) writeLine('warn', [`Label '${label}' already exists for console.time()`]);
        else starts.set(label, Date.now());
      },
      timeLog: (label = 'default', ...args) => writeTime('timeLog', label, args),
      timeEnd(label = 'default') {
        writeTime('timeEnd', label, []);
        starts.delete(label);
      },
    };
  }

  /** A duration as the log writes it. */
  function durationOf(milliseconds) {
    if (milliseconds < 1000) return `${milliseconds}ms`;
    const seconds = milliseconds / 1000;
    return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(1)}s`;
  }

  /** A table stands on lines of its own; readers of JSON get the data. */
  function writeTable(data, columns) {
    const isShown = data !== null && typeof data === 'object' && step.sanitize === 'none' && !step.logJSON;
    writeLine('info', [isShown ? `\n${drawTable()(mask(data), columns)}` : data]);
  }

  function writeLine(level, args) {
    if (!args.length || (args.length === 1 && args[0] === null)) return;
    const shown = args.map(sanitize).filter(value => value !== null || step.sanitize !== 'remove');
    if (!shown.length) return;
    host.log(level, 'JOB', indented(shown.map(render).join(' ')), step.logJSON ? stringify(shown.map(plain)) : undefined);
  }

  const textOf = args => args.map(sanitize).map(render).join(' ');
  const indented = text => (indent ? text.replace(/^(?=.)/gm, indent) : text);

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

  return { makeConsole, writeLine };
})
