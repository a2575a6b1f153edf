/**
 * The `Date` of jobs: the engine's, but texts mean what they mean to Node.
 */
(function (Native, parser) {
  'use strict';

  /** The forms that both engines read alike, unless the day does not exist. */
  const HOUR = '(?:[01]\\d|2[0-3])';
  const TIME = `T${HOUR}:[0-5]\\d(?::[0-5]\\d(?:\\.\\d{3})?)?(?:Z|[+-]${HOUR}:[0-5]\\d)?`;
  const COMMON = new RegExp(`^\\d{4}-\\d\\d-\\d\\d(?:${TIME})?$`);

  function parse(text) {
    const known = COMMON.test(text) ? Native.parse(text) : NaN;
    return Number.isNaN(known) ? parser()(text, Native) : known;
  }

  function Date(...args) {
    if (!new.target) return Native();
    const [first] = args;
    const isText = args.length === 1 && (typeof first === 'string' || first instanceof String);
    return Reflect.construct(Native, isText ? [parse(String(first))] : args, new.target);
  }

  Object.defineProperties(Date, {
    ...Object.getOwnPropertyDescriptors(Native),
    parse: { value: text => parse(String(text)), writable: true, enumerable: false, configurable: true },
  });
  Object.setPrototypeOf(Date, Object.getPrototypeOf(Native));
  Native.prototype.constructor = Date;
  return Date;
})
