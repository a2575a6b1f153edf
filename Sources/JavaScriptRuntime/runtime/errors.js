/**
 * Errors as OpenFn serialises them: class, severity, message, and the place in the job as its author sees it.
 */
(function (host, step, adaptorErrors, values, current) {
  'use strict';

  const { stringify } = values;

  const JOB_FRAME = /^(.*?)@?job:(\d+):(\d+)$/;
  /** Code that is an adaptor's in OpenFn: common, what it brings along, and what lodash makes of templates. */
  const ADAPTOR_FRAME = /(?:^|@)(?:(?:arguments|common|csv|datefns|jsonpath)\.js|lodash\/[^@]*|template):\d+:\d+$/;

  /** The error as OpenFn serialises it: class, severity, message and where it came from. */
  function describe(thrown) {
    return host.redact(stringify(classify(thrown)));
  }

  function classify(thrown) {
    if (thrown === null || thrown === undefined) {
      thrown = new TypeError(`${thrown} was thrown`);
    }
    const stack = typeof thrown?.stack === 'string' ? jobFrames(thrown.stack) : [];
    if (adaptorErrors.has(thrown) || isThrownByAdaptor(thrown)) return describeAdaptorError(thrown, stack);
    const kind = String(thrown?.subtype ?? Object.getPrototypeOf(Object(thrown))?.constructor?.name ?? '');
    const place = position(stack);
    const text = String(thrown?.message ?? (typeof thrown === 'object' ? '' : thrown));
    const make = (name, severity, message, extra) => ({
      source: 'runtime', name, severity, ...extra, message,
      ...(place && extra && { pos: place, step: step.name }),
      stack: framesOf(stack),
    });
    if (thrown?.name === 'ImportError' && thrown.severity === 'crash') {
      return make('ImportError', 'crash', text);
    }
    if (/RangeError|TypeError/.test(kind)) return make('RuntimeError', 'fail', `${kind}: ${text}`, { subtype: kind });
    if (thrown?.severity === 'crash' || /ReferenceError|SyntaxError/.test(kind)) {
      return make('RuntimeCrash', 'crash', `${kind}: ${text}`, { subtype: kind });
    }
    if (/EvalError/.test(kind)) return make('SecurityError', 'kill', 'Illegal eval statement detected');
    return make('JobError', 'fail', text);
  }

  const framesOf = stack => stack.slice(0, 10).map(frame => frame.text);

  /** While operations run, an error belongs to an adaptor when its code is nearest to where it was thrown. */
  function isThrownByAdaptor({ stack }) {
    if (!current() || typeof stack !== 'string') return false;
    const nearest = stack.split('\n').find(frame => JOB_FRAME.test(frame) || ADAPTOR_FRAME.test(frame));
    return nearest !== undefined && ADAPTOR_FRAME.test(nearest);
  }

  /** With the place in the job that called the adaptor, or else the operation. */
  function describeAdaptorError(error, stack) {
    const details = { ...JSON.parse(stringify({ ...error })), message: error.message };
    const place = position(stack);
    const { name, line } = current() ?? {};
    return {
      source: 'runtime', name: 'AdaptorError', severity: 'fail', message: error.message, details,
      ...(place
        ? { pos: place, step: step.name, stack: framesOf(stack) }
        : { operationName: name || adaptorErrors.get(error), line }),
    };
  }

  /** The frames of a stack that lie in the job's own text, with columns as the job's author sees them. */
  function jobFrames(stack) {
    const frames = [];
    for (const text of stack.split('\n')) {
      const [, name, line, column] = JOB_FRAME.exec(text) ?? [];
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

  return { describe, jobFrames };
})
