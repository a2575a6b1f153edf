/**
 * The console of a job: what its values look like in the log.
 */
(function (host, step, values, jobFrames) {
  'use strict';

  const { isError, stringify } = values;

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

  return { makeConsole, writeLine };
})
