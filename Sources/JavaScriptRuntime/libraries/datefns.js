/**
 * `format` and `parse` of date-fns 2.25 with its default en-US locale, which jobs reach as `dateFns`.
 *
 * Both work on a "wall clock": a Date whose UTC fields hold what the local clock shows. Calendar arithmetic
 * never meets a daylight saving change there; only the last step of `parse` goes back to local time.
 */
(function (global) {
  'use strict';

  const { RangeError, TypeError } = global; // the job's own

  const DAY = 86400000;
  // A pattern is made of runs of a letter (or a letter and the ordinal mark `o`), quoted texts and the rest.
  const QUOTED = "''|'(?:[^']|'')+(?:'|$)";
  const TOKENS = new RegExp(`[DHIKLMQYcdehikmqswy]o|(\\w)\\1*|${QUOTED}|.`, 'g');
  const LONG_TOKENS = new RegExp(`P+p*|p+|${QUOTED}|.`, 'g');
  const LONG_DATES = ['MM/dd/yyyy', 'MMM d, y', 'MMMM do, y', 'EEEE, MMMM do, y'];
  const LONG_TIMES = ['h:mm a', 'h:mm:ss a', 'h:mm:ss a z', 'h:mm:ss a zzzz'];
  const LONG_JOINTS = [', ', ', ', " 'at' ", " 'at' "];
  const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
    'October', 'November', 'December'];
  const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const PARTS = ['in the morning', 'in the afternoon', 'in the evening', 'at night'];
  const [AM, PM, MIDNIGHT, NOON, MORNING, AFTERNOON, EVENING, NIGHT] = [0, 1, 2, 3, 4, 5, 6, 7];
  const PERIOD_HOURS = [0, 12, 0, 12, 4, 12, 17, 0];
  const cut = (names, length) => names.map((name) => name.slice(0, length));

  /** Names by kind and width (see `widthOf`), in order of value. */
  const NAMES = {
    era: { wide: ['Before Christ', 'Anno Domini'], abbreviated: ['BC', 'AD'], narrow: ['B', 'A'] },
    quarter: { wide: ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'],
      abbreviated: ['Q1', 'Q2', 'Q3', 'Q4'], narrow: ['1', '2', '3', '4'] },
    month: { wide: MONTHS, abbreviated: cut(MONTHS, 3), narrow: cut(MONTHS, 1) },
    day: { wide: DAYS, abbreviated: cut(DAYS, 3), short: cut(DAYS, 2), narrow: cut(DAYS, 1) },
    period: { wide: ['a.m.', 'p.m.', 'midnight', 'noon', ...PARTS],
      abbreviated: ['AM', 'PM', 'midnight', 'noon', ...PARTS], narrow: ['a', 'p', 'mi', 'n', ...PARTS] },
  };
  /** What `parse` takes for those names, as pattern texts: looser than the names for some kinds. */
  const PART_TEXTS = PARTS.map((text) => text.replace(/^(in the|at)/, '(in the|at)'));
  const NAME_TEXTS = {
    ...NAMES,
    era: { wide: ['before (christ|common era)', '(anno domini|common era)'],
      abbreviated: ['b\\.?\\s?c\\.?(\\s?e\\.?)?', '(a\\.?\\s?d|c\\.?\\s?e)\\.?'], narrow: ['b', 'a'] },
    quarter: { ...NAMES.quarter, wide: [1, 2, 3, 4].map((n) => `${n}(th|st|nd|rd)? quarter`) },
    period: { abbreviated: ['a\\.?\\s?m\\.?', 'p\\.?\\s?m\\.?', 'midnight', 'noon', ...PART_TEXTS],
      narrow: ['a', 'p', 'mi', 'n', ...PART_TEXTS] },
  };

  const widthOf = (length) => ({ 5: 'narrow', 6: 'short' })[length] ?? (length < 4 ? 'abbreviated' : 'wide');
  const pad = (number, length) => (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(length, '0');

  function ordinal(number) {
    const tens = number % 100;
    return number + ((tens > 20 || tens < 10 ? ['th', 'st', 'nd', 'rd'][tens % 10] : 'th') ?? 'th');
  }

  function requireArguments(wanted, given) {
    if (given < wanted) throw new TypeError(`${wanted} arguments required, but only ${given} present`);
  }

  function toDate(value) {
    const isDate = Object.prototype.toString.call(value) === '[object Date]';
    return new Date(isDate ? value.getTime() : typeof value === 'number' ? value : NaN);
  }

  /** A UTC midnight; years below 100 mean what they say. */
  const utcDay = (year, month, day) => new Date(new Date(0).setUTCFullYear(year, month, day));

  function toWallClock(date) {
    const day = utcDay(date.getFullYear(), date.getMonth(), date.getDate());
    day.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
    return day;
  }

  function fromWallClock(clock) {
    const date = new Date(0);
    date.setFullYear(yearOf(clock), monthOf(clock), clock.getUTCDate());
    date.setHours(hoursOf(clock), clock.getUTCMinutes(), clock.getUTCSeconds(), clock.getUTCMilliseconds());
    return date;
  }

  const yearOf = (clock) => clock.getUTCFullYear();
  const monthOf = (clock) => clock.getUTCMonth();
  const dayOf = (clock) => clock.getUTCDay();
  const hoursOf = (clock) => clock.getUTCHours();
  const startOfDay = (clock) => utcDay(yearOf(clock), monthOf(clock), clock.getUTCDate());
  const addDays = (clock, days) => new Date(clock.getTime() + days * DAY);
  const dayOfYear = (clock) => Math.floor((clock - utcDay(yearOf(clock), 0, 1)) / DAY) + 1;
  const quarterOf = (clock) => Math.floor(monthOf(clock) / 3) + 1;

  // Week rules: the first day of a week, and the day of January that is always in week 1.
  const ISO = { weekStartsOn: 1, firstWeekContainsDate: 4 };
  const weekRules = (options) => ({ weekStartsOn: 0, firstWeekContainsDate: 1, ...options });
  const startOfWeek = (clock, { weekStartsOn }) =>
    addDays(startOfDay(clock), -((dayOf(clock) - weekStartsOn + 7) % 7));
  const startOfWeekYear = (year, rules) => startOfWeek(utcDay(year, 0, rules.firstWeekContainsDate), rules);

  function weekYear(clock, rules) {
    const year = yearOf(clock);
    if (clock >= startOfWeekYear(year + 1, rules)) return year + 1;
    return clock >= startOfWeekYear(year, rules) ? year : year - 1;
  }

  function week(clock, rules) {
    const first = startOfWeekYear(weekYear(clock, rules), rules);
    return Math.round((startOfWeek(clock, rules) - first) / (7 * DAY)) + 1;
  }

  function expandLongToken(token) {
    const [, date, time] = /^(P*)(p*)$/.exec(token) ?? [];
    if (date === undefined) return token;
    const byLength = (list, { length }) => list[Math.min(length, 4) - 1] ?? '';
    const joint = date && time && byLength(LONG_JOINTS, date);
    return byLength(LONG_DATES, date) + joint + byLength(LONG_TIMES, time);
  }

  /** Splits a pattern into tokens: runs of a letter, quoted texts, other characters. */
  function tokenize(pattern) {
    return (pattern.match(LONG_TOKENS) ?? []).map(expandLongToken).join('').match(TOKENS) ?? [];
  }

  /** The text that a token without a meaning of its own stands for. */
  function literalText(token) {
    if (/[a-zA-Z]/.test(token[0])) {
      throw new RangeError(`Format string contains an unescaped latin alphabet character \`${token[0]}\``);
    }
    if (token === "''") return "'";
    return token[0] === "'" ? token.replace(/^'([^]*?)'?$/, '$1').replaceAll("''", "'") : token;
  }

  /** Tokens that people take for `yyyy` and `dd` are refused unless asked for. */
  function checkProtected(token, pattern, input, options) {
    const isYear = token === 'YY' || token === 'YYYY';
    const allowed = isYear ? options?.useAdditionalWeekYearTokens : options?.useAdditionalDayOfYearTokens;
    if (allowed || !(isYear || token === 'D' || token === 'DD')) return;
    const subject = isYear ? 'years' : 'days of the month';
    throw new RangeError(`Use \`${token.toLowerCase()}\` instead of \`${token}\` (in \`${pattern}\`) for `
      + `formatting ${subject} to the input \`${input}\`; see: https://git.io/fxCyr`);
  }

  // ---- Formatting

  const plain = (value, token) => (token[1] === 'o' ? ordinal(value) : pad(value, token.length));
  const named = (kind, value, token) => (NAMES[kind][widthOf(token.length)] ?? NAMES[kind].wide)[value];
  /** Tokens that are numbers up to two letters and names from three on. */
  const mixed = (kind, index, number, token) =>
    (token.length < 3 ? plain(number, token) : named(kind, index, token));

  function period(value, token) {
    const text = named('period', value, token);
    return token.length === 3 && token[0] !== 'B' ? text.toLowerCase() : text;
  }

  function year(value, token) {
    const shown = value > 0 ? value : 1 - value;
    return plain(isShortYear(token) ? shown % 100 : shown, token);
  }

  /** A time zone offset such as `+01:00`; minutes of zero may be left out. */
  function offsetText(date, colon, hourDigits, skipsZero) {
    const offset = date.getTimezoneOffset();
    const size = Math.abs(offset);
    const minutes = skipsZero && size % 60 === 0 ? '' : colon + pad(size % 60, 2);
    return (offset > 0 ? '-' : '+') + pad(Math.floor(size / 60), hourDigits) + minutes;
  }

  const colonOf = ({ length }) => (length === 3 || length > 4 ? ':' : '');
  const halfDay = (hours) => (hours >= 12 ? PM : AM);
  const partOfDay = (hours) =>
    (hours >= 17 ? EVENING : hours >= 12 ? AFTERNOON : hours >= 4 ? MORNING : NIGHT);

  /** By letter: a function of the wall clock `c`, the token `t`, the original date `d` and the week rules. */
  const FORMATTERS = {
    G: (c, t) => named('era', yearOf(c) > 0 ? 1 : 0, t),
    y: (c, t) => year(yearOf(c), t), Y: (c, t, d, rules) => year(weekYear(c, rules), t),
    u: (c, t) => pad(yearOf(c), t.length), R: (c, t) => pad(weekYear(c, ISO), t.length),
    Q: (c, t) => mixed('quarter', quarterOf(c) - 1, quarterOf(c), t),
    M: (c, t) => mixed('month', monthOf(c), monthOf(c) + 1, t),
    w: (c, t, d, rules) => plain(week(c, rules), t), I: (c, t) => plain(week(c, ISO), t),
    d: (c, t) => plain(c.getUTCDate(), t), D: (c, t) => plain(dayOfYear(c), t),
    E: (c, t) => named('day', dayOf(c), t), i: (c, t) => mixed('day', dayOf(c), dayOf(c) || 7, t),
    e: (c, t, d, { weekStartsOn }) => mixed('day', dayOf(c), (dayOf(c) - weekStartsOn + 8) % 7 || 7, t),
    a: (c, t) => period(halfDay(hoursOf(c)), t), B: (c, t) => period(partOfDay(hoursOf(c)), t),
    b: (c, t) => period({ 0: MIDNIGHT, 12: NOON }[hoursOf(c)] ?? halfDay(hoursOf(c)), t),
    h: (c, t) => plain(hoursOf(c) % 12 || 12, t), H: (c, t) => plain(hoursOf(c), t),
    K: (c, t) => plain(hoursOf(c) % 12, t), k: (c, t) => plain(hoursOf(c) || 24, t),
    m: (c, t) => plain(c.getUTCMinutes(), t), s: (c, t) => plain(c.getUTCSeconds(), t),
    S: (c, { length }) => pad(Math.floor(c.getUTCMilliseconds() * 10 ** (length - 3)), length),
    X: (c, t, d) => (d.getTimezoneOffset() === 0 ? 'Z' : FORMATTERS.x(c, t, d)),
    x: (c, t, d) => offsetText(d, colonOf(t), 2, t.length === 1),
    O: (c, { length }, d) => `GMT${offsetText(d, ':', length > 3 ? 2 : 1, length < 4)}`,
    t: (c, t, d) => pad(Math.floor(d / 1000), t.length), T: (c, t, d) => pad(d.getTime(), t.length),
  };
  Object.assign(FORMATTERS, { q: FORMATTERS.Q, L: FORMATTERS.M, c: FORMATTERS.e, z: FORMATTERS.O });

  function format(date, pattern, options) {
    requireArguments(2, arguments.length);
    const original = toDate(date);
    if (Number.isNaN(original.getTime())) throw new RangeError('Invalid time value');
    const clock = toWallClock(original);
    return tokenize(String(pattern)).map((token) => {
      if (!Object.hasOwn(FORMATTERS, token[0])) return literalText(token);
      checkProtected(token, pattern, date, options);
      return FORMATTERS[token[0]](clock, token, original, weekRules(options));
    }).join('');
  }

  // ---- Parsing. A reader takes text and token to { value, rest }, or to null when the text does not fit.

  function matchNumber(pattern, text) {
    const match = pattern.exec(text);
    return match && { value: parseInt(match[0], 10), rest: text.slice(match[0].length) };
  }
  const digits = (least, most) => new RegExp(`^\\d{${least},${most}}`);
  const readSigned = (text, { length }) =>
    matchNumber(new RegExp(`^-?\\d{1,${length === 1 ? 4 : length}}`), text);
  const readTimestamp = (text) => matchNumber(/^-?\d+/, text);

  /** Number tokens: an ordinal with its suffix; digits up to the letters' count, or up to `most` for one. */
  const number = (most) => (text, token) => {
    if (token[1] === 'o') return matchNumber(/^\d+(th|st|nd|rd)?/i, text);
    if (token.length > 1) return matchNumber(digits(1, token.length), text);
    let size = String(most).length;
    while (size > 1 && !(Number(digits(size, size).exec(text)?.[0]) <= most)) size--;
    return matchNumber(digits(size, size), text);
  };

  /** Name tokens: the width asked for, then the narrower ones. */
  const name = (kind) => (text, token) => {
    const order = ['wide', 'abbreviated', 'short', 'narrow'];
    const widths = NAME_TEXTS[kind];
    const first = widths[widthOf(token.length)] ? order.indexOf(widthOf(token.length)) : 0;
    for (const width of order.slice(first)) {
      for (const [value, name] of (widths[width] ?? []).entries()) {
        const match = new RegExp(`^${name}`, 'i').exec(text);
        if (match) return { value, rest: text.slice(match[0].length) };
      }
    }
    return null;
  };

  /** Changes what a reader yields. */
  const adjusted = (read, change) => (text, token, rules) => {
    const result = read(text, token);
    return result && { ...result, value: change(result.value, token, rules) };
  };
  /** Tokens that are numbers up to two letters and names from three on; both adjusted to one scale. */
  const either = (most, kind, fromNumber, fromName) => (text, token, rules) => {
    const read = token.length < 3 ? adjusted(number(most), fromNumber) : adjusted(name(kind), fromName);
    return read(text, token, rules);
  };

  /** An offset in milliseconds: `X` may lack the minutes, `XXXX` and `XXXXX` may have seconds. */
  function readOffset(text, token) {
    const part = `${colonOf(token)}(\\d{2})`;
    const rest = token.length === 1 ? `(?:${part})?` : /^.{4,5}$/.test(token) ? `${part}(?:${part})?` : part;
    const match = new RegExp(`^(?:Z|([+-])(\\d{2})${rest})`).exec(text);
    if (!match) return null;
    const [whole, sign, hour = 0, minute = 0, second = 0] = match;
    const seconds = hour * 3600 + minute * 60 + Number(second);
    return { value: (sign === '-' ? -1000 : 1000) * seconds, rest: text.slice(whole.length) };
  }

  /** The year meant: two digits are put within 50 years of the current one; BC years count backwards. */
  function fullYear({ given, isShort }, current, era) {
    if (!isShort) return era === 0 ? 1 - given : given;
    const end = (current > 0 ? current : 1 - current) + 50;
    const near = given + Math.floor(end / 100) * 100 - (given >= end % 100 ? 100 : 0);
    const result = end <= 100 ? given || 100 : near;
    return current > 0 ? result : 1 - result;
  }

  const isShortYear = (token) => token === 'yy' || token === 'YY';
  const same = (value) => value;
  const readYear = adjusted(number(9999), (given, token) => ({ given, isShort: isShortYear(token) }));
  const readQuarter = either(9, 'quarter', same, (index) => index + 1);
  const readMonth = either(12, 'month', (value) => value - 1, same);
  const readWeek = number(53);
  const readDate = number(31);
  const readYearDay = number(366);
  const readDayOfYear = (text, token) => readYearDay(text, token === 'DD' ? 'D' : token);
  const readLocalDay = either(9, 'day', (value, token, { weekStartsOn }) =>
    ((value + weekStartsOn + 6) % 7) + Math.floor((value - 1) / 7) * 7, same);
  const readIsoDay = either(9, 'day', same, (index) => index || 7);
  const readPeriod = name('period');
  const readSixty = number(59);
  const readFraction = adjusted(number(9), (value, t) => Math.floor(value * 10 ** (3 - t.length)));
  const between = (low, high) => (value) => value >= low && value <= high;
  const always = () => true;
  const isYear = ({ given, isShort }) => isShort || given > 0;
  const isDayOfMonth = (value, c) => value >= 1 && value <= utcDay(yearOf(c), monthOf(c) + 1, 0).getUTCDate();
  const isDayOfYear = (value, c) => value >= 1 && value <= dayOfYear(utcDay(yearOf(c), 11, 31));
  const setEra = (c, value, flags) => utcDay(flags.era = value, 0, 1);
  const setYear = (c, value, flags) => utcDay(fullYear(value, yearOf(c), flags.era), 0, 1);
  const setWeekYear = (c, value, flags, rules) =>
    startOfWeekYear(fullYear(value, weekYear(c, rules), flags.era), rules);
  const setIsoYear = (c, value) => startOfWeekYear(value, ISO);
  const setMonth = (c, month) => utcDay(yearOf(c), month, 1);
  const setQuarter = (c, quarter) => setMonth(c, quarter * 3 - 3);
  const setWeek = (c, value, flags, rules) => startOfWeek(addDays(c, (value - week(c, rules)) * 7), rules);
  /** Moves to a day of the current week, counted from Sunday as 0. */
  const setDay = (c, day, flags, { weekStartsOn }) =>
    addDays(startOfDay(c), (day % 7 < weekStartsOn ? 7 : 0) + (day % 7) - dayOf(c));
  const iso = (set) => (c, value, flags) => set(c, value, flags, ISO);
  const setHours = (c, hours) => new Date(startOfDay(c).setUTCHours(hours));
  const setHalfDayHours = (c, hours) => setHours(c, (hours % 12) + (hoursOf(c) >= 12 ? 12 : 0));
  const setPeriod = (c, value) => setHours(c, PERIOD_HOURS[value]);
  /** A point in time: no longer a wall clock. */
  const setExact = (time, flags) => new Date(flags.exact = time);
  const setOffset = (clock, offset, flags) => setExact(clock.getTime() - offset, flags);

  /**
   * By letter: priority (from the highest down, one unit for each ten), reader, test of the value (given the
   * clock too), setter (clock, value, flags, rules), and the letters that may not occur beside it.
   */
  const PARSERS = {
    G: [140, name('era'), always, setEra, 'RutT'],
    y: [130, readYear, isYear, setYear, 'YRuwIiectT'],
    Y: [130, readYear, isYear, setWeekYear, 'yRuQqMLIdDitT'],
    R: [130, readSigned, always, setIsoYear, 'GyYuQqMLwdDectT'],
    u: [130, readSigned, always, (c, value) => utcDay(value, 0, 1), 'GyYRwIiectT'],
    Q: [120, readQuarter, between(1, 4), setQuarter, 'YRqMLwIdDiectT'],
    q: [120, readQuarter, between(1, 4), setQuarter, 'YRQMLwIdDiectT'],
    M: [110, readMonth, between(0, 11), setMonth, 'YRqQLwIDiectT'],
    L: [110, readMonth, between(0, 11), setMonth, 'YRqQMwIDiectT'],
    w: [100, readWeek, between(1, 53), setWeek, 'yRuqQMLIdDitT'],
    I: [100, readWeek, between(1, 53), iso(setWeek), 'yYuqQMLwdDectT'],
    d: [91, readDate, isDayOfMonth, (c, value) => utcDay(yearOf(c), monthOf(c), value), 'YRqQwIDiectT'],
    D: [91, readDayOfYear, isDayOfYear, (c, value) => utcDay(yearOf(c), 0, value), 'YRqQMLwIdEiectT'],
    E: [90, name('day'), between(0, 6), setDay, 'DiectT'],
    e: [90, readLocalDay, between(0, 6), setDay, 'yRuqQMLIdDEictT'],
    c: [90, readLocalDay, between(0, 6), setDay, 'yRuqQMLIdDEietT'],
    i: [90, readIsoDay, between(1, 7), iso(setDay), 'yYuqQMLwdDEectT'],
    a: [80, readPeriod, always, setPeriod, 'bBHktT'], b: [80, readPeriod, always, setPeriod, 'aBHktT'],
    B: [80, readPeriod, always, setPeriod, 'abtT'],
    h: [70, number(12), between(1, 12), setHalfDayHours, 'HKktT'],
    H: [70, number(23), between(0, 23), setHours, 'abhKktT'],
    K: [70, number(11), between(0, 11), setHalfDayHours, 'hHktT'],
    k: [70, number(24), between(1, 24), (c, value) => setHours(c, value % 24), 'abhHKtT'],
    m: [60, readSixty, between(0, 59), (c, value) => new Date(c.setUTCMinutes(value, 0, 0)), 'tT'],
    s: [50, readSixty, between(0, 59), (c, value) => new Date(c.setUTCSeconds(value, 0)), 'tT'],
    S: [40, readFraction, always, (c, value) => new Date(c.setUTCMilliseconds(value)), 'tT'],
    X: [10, readOffset, always, setOffset, 'tTx'], x: [10, readOffset, always, setOffset, 'tTX'],
    t: [40, readTimestamp, always, (c, value, flags) => setExact(value * 1000, flags), '*'],
    T: [20, readTimestamp, always, (c, value, flags) => setExact(value, flags), '*'],
  };

  function checkCompatible(token, excluded, used) {
    const other = used.find((one) => excluded === '*' || one[0] === token[0] || excluded.includes(one[0]));
    if (other === undefined) return;
    const pair = excluded === '*' ? `\`${token}\` and any other token` : `\`${other}\` and \`${token}\``;
    throw new RangeError(`The format string mustn't contain ${pair} at the same time`);
  }

  /** Reads a text by a pattern: the values found as [parser, value], or null when the text does not fit. */
  function readText(input, pattern, options) {
    let text = input;
    const used = [];
    const found = [];
    for (const token of tokenize(pattern)) {
      checkProtected(token, pattern, input, options);
      let result;
      if (Object.hasOwn(PARSERS, token[0])) {
        const parser = PARSERS[token[0]];
        checkCompatible(token, parser[4], used);
        used.push(token);
        result = parser[1](text, token, weekRules(options));
        found.push([parser, result?.value]);
      } else {
        const literal = literalText(token);
        result = text.startsWith(literal) ? { rest: text.slice(literal.length) } : null;
      }
      if (result === null) return null;
      text = result.rest;
    }
    return text.trim() === '' ? found : null;
  }

  function parse(text, pattern, reference, options) {
    requireArguments(3, arguments.length);
    const start = toDate(reference);
    if (String(pattern) === '' && String(text) === '') return start;
    const found = readText(String(text), String(pattern), options);
    if (found === null || Number.isNaN(start.getTime())) return new Date(NaN);
    found.sort(([one], [other]) => other[0] - one[0]);
    const flags = {};
    let clock = toWallClock(start);
    let last = Infinity;
    for (const [[priority, , isValid, set], value] of found) {
      if (Math.floor(priority / 10) === last) continue; // a unit already set, as `E` by `d`
      last = Math.floor(priority / 10);
      if (!isValid(value, clock)) return new Date(NaN);
      clock = set(clock, value, flags, weekRules(options));
    }
    return 'exact' in flags ? clock : fromWallClock(clock);
  }

  return { format, parse };
})
