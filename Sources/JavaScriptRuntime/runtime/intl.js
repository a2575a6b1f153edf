/**
 * Dates of the locale `en-CA`, which jobs ask for because they are those of ISO 8601 there. They are with Node's ICU;
 * with Debian's they have slashes.
 */
(function (global) {
  'use strict';

  const DATE = ['weekday', 'year', 'month', 'day'];
  const TIME = ['dayPeriod', 'hour', 'minute', 'second', 'fractionalSecondDigits'];
  const STYLES = ['dateStyle', 'timeStyle'];
  const numeric = names => Object.fromEntries(names.map(name => [name, 'numeric']));
  const ALL_DATE = numeric(['year', 'month', 'day']);
  const ALL_TIME = numeric(['hour', 'minute', 'second']);

  const isCanadian = locales => /^en-CA\b/i.test(Array.isArray(locales) ? locales[0] : locales);

  /** What the method of a date is about: which options make its own unnecessary, and what they are. */
  const methods = {
    toLocaleDateString: [[...DATE, ...STYLES], ALL_DATE],
    toLocaleString: [[...DATE, ...TIME, ...STYLES], { ...ALL_DATE, ...ALL_TIME }],
  };

  const { prototype } = global.Date;
  for (const [name, [known, usual]] of Object.entries(methods)) {
    const native = prototype[name];
    define(prototype, name, function (locales, options) {
      // What is no valid date is the native one's to tell.
      const isDate = Object.prototype.toString.call(this) === '[object Date]' && !Number.isNaN(this.getTime());
      if (!isDate || !isCanadian(locales)) return native.call(this, locales, options);
      const isUsual = known.every(key => options?.[key] === undefined);
      return new global.Intl.DateTimeFormat(locales, isUsual ? { ...options, ...usual } : options).format(this);
    });
  }

  const { Intl } = global;
  Object.defineProperty(global, 'Intl', {
    get() {
      define(global, 'Intl', Intl);
      adapt(Intl.DateTimeFormat.prototype);
      return Intl;
    },
    set(value) { define(global, 'Intl', value); },
    configurable: true, enumerable: false,
  });

  function adapt(format) {
    const { formatToParts, resolvedOptions } = format;
    const bound = new WeakMap();
    const { get } = Object.getOwnPropertyDescriptor(format, 'format');
    const isOurs = self => isCanadian(resolvedOptions.call(self).locale);
    const partsOf = (self, date) => {
      const { locale, timeZone, dateStyle } = resolvedOptions.call(self);
      const parts = yearFirst(formatToParts.call(self, date));
      if (dateStyle !== 'short') return parts;
      const year = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric' }).format(date);
      return parts.map(part => (part.type === 'year' ? { ...part, value: year } : part));
    };
    define(format, 'formatToParts', function (date) {
      return isOurs(this) ? partsOf(this, date) : formatToParts.call(this, date);
    });
    Object.defineProperty(format, 'format', {
      get() {
        if (!isOurs(this)) return get.call(this);
        if (!bound.has(this)) bound.set(this, date => partsOf(this, date).map(part => part.value).join(''));
        return bound.get(this);
      },
      configurable: true, enumerable: false,
    });
  }

  /** `1/5/2024` as `2024-01-05`; a date without slashes stays. */
  function yearFirst(parts) {
    if (parts.some(part => part.type === 'era')) return parts;
    const places = parts.flatMap(({ type }, index) => (DATE.indexOf(type) > 0 ? [index] : []));
    const [first, last] = [places[0], places.at(-1)];
    const run = parts.slice(first, last + 1);
    const literals = run.filter(part => part.type === 'literal');
    if (!literals.length || literals.some(part => part.value !== '/')) return parts;
    const ordered = ['year', 'month', 'day'].flatMap(type => run.filter(part => part.type === type));
    const made = ordered.flatMap((part, index) => {
      const whole = { type: part.type, value: part.value.padStart(2, '0') };
      return index ? [{ type: 'literal', value: '-' }, whole] : [whole];
    });
    return [...parts.slice(0, first), ...made, ...parts.slice(last + 1)];
  }

  function define(object, name, value) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }
})
