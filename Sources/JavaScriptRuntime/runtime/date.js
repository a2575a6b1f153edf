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

  /** The primitive value of an object that is no date (ECMA-262, ToPrimitive without a hint). */
  function primitive(value) {
    if (value === null || typeof value !== 'object' || Object.prototype.toString.call(value) === '[object Date]') return value;
    if (Symbol.toPrimitive in value) return value[Symbol.toPrimitive]('default');
    const found = value.valueOf();
    return typeof found === 'object' ? value.toString() : found;
  }

  function Date(...args) {
    if (!new.target) return Native();
    if (args.length === 1) args = [primitive(args[0])];
    const isText = args.length === 1 && typeof args[0] === 'string';
    return Reflect.construct(Native, isText ? [parse(args[0])] : args, new.target);
  }

  Object.defineProperties(Date, {
    ...Object.getOwnPropertyDescriptors(Native),
    parse: { value: text => parse(String(text)), writable: true, enumerable: false, configurable: true },
  });
  Object.setPrototypeOf(Date, Object.getPrototypeOf(Native));
  Native.prototype.constructor = Date;
  return Date;
})
