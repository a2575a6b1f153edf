/**
 * `format` and `parse` of date-fns 2.25 with its default en-US locale, which jobs reach as `dateFns`.
 *
 * Both work on a "wall clock": a Date whose UTC fields hold what the local clock shows. Calendar arithmetic on it
 * never meets a daylight saving change; only the last step of `parse` goes back to local time.
 */
(function (host) {
  'use strict';

  const DAY = 86400000;
  const TOKENS = /[yYQqMLwIdDecihHKkms]o|(\w)\1*|''|'(''|[^'])+('|$)|./g;
  const LONG_TOKENS = /P+p+|P+|p+|''|'(''|[^'])+('|$)|./g;

  // ---- Names

  const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
    'November', 'December'];
  const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const cut = (names, length) => names.map((name) => name.slice(0, length));

  // Names by width (see `widthOf`): for each, the list of names in order of value.
  const ERAS = { abbreviated: ['BC', 'AD'], wide: ['Before Christ', 'Anno Domini'], narrow: ['B', 'A'] };
  const QUARTERS = { abbreviated: ['Q1', 'Q2', 'Q3', 'Q4'], narrow: ['1', '2', '3', '4'],
    wide: ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'] };
  const MONTH_NAMES = { abbreviated: cut(MONTHS, 3), wide: MONTHS, narrow: cut(MONTHS, 1) };
  const DAY_NAMES = { abbreviated: cut(DAYS, 3), wide: DAYS, narrow: cut(DAYS, 1), short: cut(DAYS, 2) };
  const PERIODS = ['midnight', 'noon', 'in the morning', 'in the afternoon', 'in the evening', 'at night'];
  const PERIOD_NAMES = { abbreviated: ['AM', 'PM', ...PERIODS], wide: ['a.m.', 'p.m.', ...PERIODS],
    narrow: ['a', 'p', 'mi', 'n', ...PERIODS.slice(2)] };
  const [AM, PM, MIDNIGHT, NOON, MORNING, AFTERNOON, EVENING, NIGHT] = [0, 1, 2, 3, 4, 5, 6, 7];

  const startsWithAny = (names) => new RegExp(`^(${names.join('|')})`, 'i');
  const startsWithEach = (names, length) => cut(names, length).map((start) => new RegExp(`^${start}`, 'i'));

  // What `parse` accepts for a name at each width, and how to tell which value the matched text means.
  const NAME_PATTERNS = {
    era: { abbreviated: /^(b\.?\s?c\.?\s?e\.?|b\.?\s?c\.?|a\.?\s?d\.?|c\.?\s?e\.?)/i, narrow: /^[ba]/i,
      wide: /^(before christ|before common era|anno domini|common era)/i, values: [/^b/i, /^[ac]/i] },
    quarter: { abbreviated: /^q[1-4]/i, wide: /^[1-4](th|st|nd|rd)? quarter/i, narrow: /^[1-4]/,
      values: [/1/, /2/, /3/, /4/] },
    month: { abbreviated: startsWithAny(cut(MONTHS, 3)), wide: startsWithAny(MONTHS), narrow: /^[jfmasond]/i,
      values: startsWithEach(MONTHS, 3), narrowValues: startsWithEach(MONTHS, 1) },
    day: { abbreviated: startsWithAny(cut(DAYS, 3)), wide: startsWithAny(DAYS), narrow: /^[smtwf]/i,
      short: startsWithAny(cut(DAYS, 2)), values: startsWithEach(DAYS, 2), narrowValues: startsWithEach(DAYS, 1) },
    period: { abbreviated: /^([ap]\.?\s?m\.?|midnight|noon|(in the|at) (morning|afternoon|evening|night))/i,
      narrow: /^(a|p|mi|n|(in the|at) (morning|afternoon|evening|night))/i,
      values: [/^a/i, /^p/i, /^mi/i, /^no/i, /morning/i, /afternoon/i, /evening/i, /night/i] },
  };

  function ordinal(number) {
    const tens = number % 100;
    const suffix = tens > 20 || tens < 10 ? ['th', 'st', 'nd', 'rd'][tens % 10] : 'th';
    return number + (suffix ?? 'th');
  }

  function pad(number, length) {
    return (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(length, '0');
  }

  // ---- Calendar

  function toDate(value) {
    const isDate = Object.prototype.toString.call(value) === '[object Date]';
    return new Date(isDate ? value.getTime() : typeof value === 'number' ? value : NaN);
  }

  /** A UTC midnight; years below 100 mean what they say. */
  function utcDay(year, month, day) {
    const date = new Date(0);
    date.setUTCFullYear(year, month, day);
    return date;
  }

  function toWallClock(date) {
    const clock = utcDay(date.getFullYear(), date.getMonth(), date.getDate());
    clock.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
    return clock;
  }

  function fromWallClock(clock) {
    const date = new Date(0);
    date.setFullYear(clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate());
    date.setHours(clock.getUTCHours(), clock.getUTCMinutes(), clock.getUTCSeconds(), clock.getUTCMilliseconds());
    return date;
  }

  // Week rules: the first day of a week, and the day of January that is always in week 1.
  const ISO = { weekStartsOn: 1, firstWeekContainsDate: 4 };
  const weekRules = (options) => ({ weekStartsOn: Number(options?.weekStartsOn ?? 0),
    firstWeekContainsDate: Number(options?.firstWeekContainsDate ?? 1) });

  const startOfDay = (clock) => utcDay(clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate());
  const addDays = (clock, days) => new Date(clock.getTime() + days * DAY);

  function startOfWeek(clock, rules) {
    return addDays(startOfDay(clock), -((clock.getUTCDay() - rules.weekStartsOn + 7) % 7));
  }

  const startOfWeekYear = (year, rules) => startOfWeek(utcDay(year, 0, rules.firstWeekContainsDate), rules);

  function weekYear(clock, rules) {
    const year = clock.getUTCFullYear();
    if (clock >= startOfWeekYear(year + 1, rules)) return year + 1;
    return clock >= startOfWeekYear(year, rules) ? year : year - 1;
  }

  function week(clock, rules) {
    const first = startOfWeekYear(weekYear(clock, rules), rules);
    return Math.round((startOfWeek(clock, rules) - first) / (7 * DAY)) + 1;
  }

  const dayOfYear = (clock) => Math.floor((clock - utcDay(clock.getUTCFullYear(), 0, 1)) / DAY) + 1;
  const quarter = (clock) => Math.floor(clock.getUTCMonth() / 3) + 1;

  /** Moves to a day of the current week, counted from Sunday as 0. */
  function setDay(clock, day, weekStartsOn) {
    return addDays(startOfDay(clock), (day < weekStartsOn ? 7 : 0) + day - clock.getUTCDay());
  }

  // ---- Patterns

  const LONG_DATES = ['MM/dd/yyyy', 'MMM d, y', 'MMMM do, y', 'EEEE, MMMM do, y'];
  const LONG_TIMES = ['h:mm a', 'h:mm:ss a', 'h:mm:ss a z', 'h:mm:ss a zzzz'];
  const LONG_JOINTS = [', ', ', ', " 'at' ", " 'at' "];
  const byLength = (list, token) => list[Math.min(token.length, list.length) - 1];

  function expandLongToken(token) {
    const [, date, time] = /^(P*)(p*)$/.exec(token) ?? [];
    if (date === undefined || token === '') return token;
    const joint = date && time ? byLength(LONG_JOINTS, date) : '';
    return (date && byLength(LONG_DATES, date)) + joint + (time && byLength(LONG_TIMES, time));
  }

  /** Splits a pattern into tokens: runs of a letter, quoted texts, other characters. */
  function tokenize(pattern) {
    return (pattern.match(LONG_TOKENS) ?? []).map(expandLongToken).join('').match(TOKENS) ?? [];
  }

  function unquote(token) {
    return token === "''" ? "'" : token[0] === "'" ? /^'([^]*?)'?$/.exec(token)[1].replace(/''/g, "'") : token;
  }

  /** Tokens that people take for `yyyy` and `dd` are refused unless asked for. */
  function checkProtected(token, pattern, input, options) {
    const isYear = token === 'YY' || token === 'YYYY';
    const allowed = isYear ? options?.useAdditionalWeekYearTokens : options?.useAdditionalDayOfYearTokens;
    if (allowed || !(isYear || token === 'D' || token === 'DD')) return;
    throw new RangeError(`Use \`${token.toLowerCase()}\` instead of \`${token}\` (in \`${pattern}\`) for formatting `
      + `${isYear ? 'years' : 'days of the month'} to the input \`${input}\`; see: https://git.io/fxCyr`);
  }

  function checkLetter(char) {
    if (!/[a-zA-Z]/.test(char)) return;
    throw new RangeError(`Format string contains an unescaped latin alphabet character \`${char}\``);
  }

  const widthOf = (length) => ({ 5: 'narrow', 6: 'short' })[length] ?? (length < 4 ? 'abbreviated' : 'wide');

  // ---- Formatting

  const plain = (value, token) => (token[1] === 'o' ? ordinal(value) : pad(value, token.length));
  const named = (names, value, token) => (names[widthOf(token.length)] ?? names.wide)[value];
  /** Tokens that are numbers up to two letters and names from three on. */
  const mixed = (names, index, value, token) =>
    (token.length < 3 ? plain(value, token) : named(names, index, token));

  function period(value, token) {
    const text = named(PERIOD_NAMES, value, token);
    return token.length === 3 && token[0] !== 'B' ? text.toLowerCase() : text;
  }

  function year(value, token) {
    const shown = value > 0 ? value : 1 - value;
    return plain(token.length === 2 && token[1] !== 'o' ? shown % 100 : shown, token);
  }

  function flexiblePeriod(hours) {
    return hours >= 17 ? EVENING : hours >= 12 ? AFTERNOON : hours >= 4 ? MORNING : NIGHT;
  }

  /** `+01:00` and its short forms; `style` is the number of letters of an `x`. */
  function offsetText(offset, style) {
    const size = Math.abs(offset);
    const minutes = style === 1 && size % 60 === 0 ? '' : pad(size % 60, 2);
    const colon = style === 2 || style === 4 || style === 1 ? '' : ':';
    return (offset > 0 ? '-' : '+') + pad(Math.floor(size / 60), 2) + (minutes && colon + minutes);
  }

  function gmtText(offset, token) {
    if (token.length > 3) return `GMT${offsetText(offset, 3)}`;
    const minutes = Math.abs(offset) % 60;
    const hours = Math.floor(Math.abs(offset) / 60);
    return `GMT${offset > 0 ? '-' : '+'}${hours}${minutes ? `:${pad(minutes, 2)}` : ''}`;
  }

  /** Each gets the wall clock, the token, the original date and the week rules. */
  const FORMATTERS = {
    G: (clock, token) => named(ERAS, clock.getUTCFullYear() > 0 ? 1 : 0, token),
    y: (clock, token) => year(clock.getUTCFullYear(), token),
    Y: (clock, token, date, rules) => year(weekYear(clock, rules), token),
    R: (clock, token) => pad(weekYear(clock, ISO), token.length),
    u: (clock, token) => pad(clock.getUTCFullYear(), token.length),
    Q: (clock, token) => mixed(QUARTERS, quarter(clock) - 1, quarter(clock), token),
    M: (clock, token) => mixed(MONTH_NAMES, clock.getUTCMonth(), clock.getUTCMonth() + 1, token),
    w: (clock, token, date, rules) => plain(week(clock, rules), token),
    I: (clock, token) => plain(week(clock, ISO), token),
    d: (clock, token) => plain(clock.getUTCDate(), token),
    D: (clock, token) => plain(dayOfYear(clock), token),
    E: (clock, token) => named(DAY_NAMES, clock.getUTCDay(), token),
    e(clock, token, date, { weekStartsOn }) {
      const day = clock.getUTCDay();
      return mixed(DAY_NAMES, day, (day - weekStartsOn + 8) % 7 || 7, token);
    },
    i: (clock, token) => mixed(DAY_NAMES, clock.getUTCDay(), clock.getUTCDay() || 7, token),
    a: (clock, token) => period(clock.getUTCHours() >= 12 ? PM : AM, token),
    b: (clock, token) => period({ 0: MIDNIGHT, 12: NOON }[clock.getUTCHours()]
      ?? (clock.getUTCHours() >= 12 ? PM : AM), token),
    B: (clock, token) => period(flexiblePeriod(clock.getUTCHours()), token),
    h: (clock, token) => plain(clock.getUTCHours() % 12 || 12, token),
    H: (clock, token) => plain(clock.getUTCHours(), token),
    K: (clock, token) => plain(clock.getUTCHours() % 12, token),
    k: (clock, token) => plain(clock.getUTCHours() || 24, token),
    m: (clock, token) => plain(clock.getUTCMinutes(), token),
    s: (clock, token) => plain(clock.getUTCSeconds(), token),
    S: (clock, token) => pad(Math.floor(clock.getUTCMilliseconds() * 10 ** (token.length - 3)), token.length),
    X: (clock, token, date) => (date.getTimezoneOffset() === 0 ? 'Z' : FORMATTERS.x(clock, token, date)),
    x: (clock, token, date) => offsetText(date.getTimezoneOffset(), token.length),
    O: (clock, token, date) => gmtText(date.getTimezoneOffset(), token),
    t: (clock, token, date) => pad(Math.floor(date.getTime() / 1000), token.length),
    T: (clock, token, date) => pad(date.getTime(), token.length),
  };
  Object.assign(FORMATTERS, { q: FORMATTERS.Q, L: FORMATTERS.M, c: FORMATTERS.e, z: FORMATTERS.O });

  function format(date, pattern, options) {
    if (arguments.length < 2) throw new TypeError(`2 arguments required, but only ${arguments.length} present`);
    const rules = weekRules(options);
    const original = toDate(date);
    if (Number.isNaN(original.getTime())) throw new RangeError('Invalid time value');
    const clock = toWallClock(original);
    return tokenize(String(pattern)).map((token) => {
      const formatter = Object.hasOwn(FORMATTERS, token[0]) ? FORMATTERS[token[0]] : null;
      if (formatter === null) {
        checkLetter(token[0]);
        return unquote(token);
      }
      checkProtected(token, pattern, date, options);
      return formatter(clock, token, original, rules);
    }).join('');
  }

  // ---- Parsing. A reader takes text and token to { value, rest }, or to null when the text does not fit.

  function matchNumber(pattern, text) {
    const match = pattern.exec(text);
    return match && { value: parseInt(match[0], 10), rest: text.slice(match[0].length) };
  }

  const readDigits = (text, count) => matchNumber(new RegExp(`^\\d{1,${count}}`), text);
  const readSigned = (text, { length }) => matchNumber(new RegExp(`^-?\\d{1,${length === 1 ? 4 : length}}`), text);

  /** Number tokens: one letter reads by `single`, an ordinal with its suffix, more letters that many digits. */
  const number = (single) => (text, token) => {
    if (token[1] === 'o') return matchNumber(/^\d+(th|st|nd|rd)?/i, text);
    return token.length === 1 ? matchNumber(single, text) : readDigits(text, token.length);
  };

  /** Name tokens: the width asked for, then the narrower ones. */
  const name = (kind) => (text, token) => {
    const patterns = NAME_PATTERNS[kind];
    const order = ['wide', 'abbreviated', 'short', 'narrow'];
    const first = patterns[widthOf(token.length)] ? order.indexOf(widthOf(token.length)) : 0;
    const width = order.slice(first).find((candidate) => patterns[candidate]?.test(text));
    if (width === undefined) return null;
    const [found] = patterns[width].exec(text);
    const values = (width === 'narrow' && patterns.narrowValues) || patterns.values;
    return { value: values.findIndex((pattern) => pattern.test(found)), rest: text.slice(found.length) };
  };

  /** Tokens that are numbers up to two letters and names from three on; both adjusted to one scale. */
  const either = (single, kind, fromNumber, fromName) => (text, token, rules) => {
    const isNumber = token.length < 3;
    const result = isNumber ? number(single)(text, token) : name(kind)(text, token);
    return result && { ...result, value: (isNumber ? fromNumber : fromName)(result.value, rules) };
  };

  function readYear(text, token) {
    const result = number(/^\d{1,4}/)(text, token);
    return result && { ...result, value: { year: result.value, short: /^(yy|YY)$/.test(token) } };
  }

  const readTimestamp = (text) => matchNumber(/^-?\d+/, text);

  function readFraction(text, { length }) {
    const result = readDigits(text, length);
    return result && { ...result, value: Math.floor(result.value * 10 ** (3 - length)) };
  }

  function readOffset(text, { length }) {
    const colon = length === 3 || length > 4 ? ':' : '';
    const minutes = `${colon}(\\d{2})`;
    const tail = { 1: `(?:${minutes})?`, 4: `${minutes}(\\d{2})?`, 5: `${minutes}(?::(\\d{2}))?` }[length] ?? minutes;
    const match = new RegExp(`^(?:Z|([+-])(\\d{2})${tail})`).exec(text);
    if (!match) return null;
    const [whole, sign, hour = 0, minute = 0, second = 0] = match;
    const value = (sign === '-' ? -1000 : 1000) * (hour * 3600 + minute * 60 + Number(second));
    return { value, rest: text.slice(whole.length) };
  }

  /** The year meant: two digits are put within 50 years of the current one; BC years count backwards. */
  function fullYear({ year: given, short }, current, flags) {
    if (!short) return flags.era === 0 ? 1 - given : given;
    const now = current > 0 ? current : 1 - current;
    const end = now + 50;
    const near = given + Math.floor(end / 100) * 100 - (given >= end % 100 ? 100 : 0);
    const result = now <= 50 ? given || 100 : near;
    return current > 0 ? result : 1 - result;
  }

  const between = (low, high) => (value) => value >= low && value <= high;
  const isYear = ({ year: given, short }) => short || given > 0;
  const always = () => true;
  const setMonth = (clock, month) => utcDay(clock.getUTCFullYear(), month, 1);
  const setHours = (clock, hours) => new Date(startOfDay(clock).setUTCHours(hours));
  const setHalfDayHours = (clock, hours) => setHours(clock, (hours % 12) + (clock.getUTCHours() >= 12 ? 12 : 0));
  const monthLength = (clock) => utcDay(clock.getUTCFullYear(), clock.getUTCMonth() + 1, 0).getUTCDate();
  const yearLength = (clock) => dayOfYear(utcDay(clock.getUTCFullYear(), 11, 31));
  const setWeek = (clock, value, rules) => startOfWeek(addDays(clock, (value - week(clock, rules)) * 7), rules);
  const setPeriod = (clock, value) => setHours(clock, [0, 12, 0, 12, 4, 12, 17, 0][value] ?? 0);
  const setWeekday = (clock, day, flags, { weekStartsOn }) => setDay(clock, day, weekStartsOn);
  const fromLocalDay = (day, { weekStartsOn }) => ((day + weekStartsOn + 6) % 7) + Math.floor((day - 1) / 7) * 7;
  const same = (value) => value;
  const readQuarter = either(/^\d/, 'quarter', same, (index) => index + 1);
  const readMonth = either(/^(1[0-2]|0?\d)/, 'month', (month) => month - 1, same);
  const readLocalDay = either(/^\d/, 'day', fromLocalDay, same);
  const readDayOfYear = number(/^(36[0-6]|3[0-5]\d|[0-2]?\d?\d)/);
  const readWeek = number(/^(5[0-3]|[0-4]?\d)/);
  /** A point in time: no longer a wall clock. */
  const setExact = (time, flags) => new Date(flags.exact = time);
  const setOffset = (clock, offset, flags) => setExact(clock.getTime() - offset, flags);

  /**
   * By letter: priority (units are set from the highest down), reader, test of the value (given the clock too),
   * setter (clock, value, flags, rules), and the letters that may not occur beside it.
   */
  const PARSERS = {
    G: [140, name('era'), always, (c, value, flags) => utcDay(flags.era = value, 0, 1), 'RutT'],
    y: [130, readYear, isYear, (c, v, flags) => utcDay(fullYear(v, c.getUTCFullYear(), flags), 0, 1), 'YRuwIiectT'],
    Y: [130, readYear, isYear, (c, value, flags, rules) =>
      startOfWeekYear(fullYear(value, weekYear(c, rules), flags), rules), 'yRuQqMLIdDitT'],
    R: [130, readSigned, always, (c, value) => startOfWeekYear(value, ISO), 'GyYuQqMLwdDectT'],
    u: [130, readSigned, always, (c, value) => utcDay(value, 0, 1), 'GyYRwIiectT'],
    Q: [120, readQuarter, between(1, 4), (c, value) => setMonth(c, value * 3 - 3), 'YRqMLwIdDiectT'],
    q: [120, readQuarter, between(1, 4), (c, value) => setMonth(c, value * 3 - 3), 'YRQMLwIdDiectT'],
    M: [110, readMonth, between(0, 11), setMonth, 'YRqQLwIDiectT'],
    L: [110, readMonth, between(0, 11), setMonth, 'YRqQMwIDiectT'],
    w: [100, readWeek, between(1, 53), (c, value, flags, rules) => setWeek(c, value, rules), 'yRuqQMLIdDitT'],
    I: [100, readWeek, between(1, 53), (c, value) => setWeek(c, value, ISO), 'yYuqQMLwdDectT'],
    d: [91, number(/^(3[01]|[0-2]?\d)/), (value, c) => value >= 1 && value <= monthLength(c),
      (c, value) => utcDay(c.getUTCFullYear(), c.getUTCMonth(), value), 'YRqQwIDiectT'],
    D: [91, (text, token) => readDayOfYear(text, token === 'DD' ? 'D' : token),
      (value, c) => value >= 1 && value <= yearLength(c), (c, value) => utcDay(c.getUTCFullYear(), 0, value),
      'YRqQMLwIdEiectT'],
    E: [90, name('day'), between(0, 6), setWeekday, 'DiectT'],
    e: [90, readLocalDay, between(0, 6), setWeekday, 'yRuqQMLIdDEictT'],
    c: [90, readLocalDay, between(0, 6), setWeekday, 'yRuqQMLIdDEietT'],
    i: [90, either(/^\d/, 'day', same, (day) => day || 7), between(1, 7), (c, day) => setDay(c, day % 7, 1),
      'yYuqQMLwdDEectT'],
    a: [80, name('period'), always, setPeriod, 'bBHktT'],
    b: [80, name('period'), always, setPeriod, 'aBHktT'],
    B: [80, name('period'), always, setPeriod, 'abtT'],
    h: [70, number(/^(1[0-2]|0?\d)/), between(1, 12), setHalfDayHours, 'HKktT'],
    H: [70, number(/^(2[0-3]|[01]?\d)/), between(0, 23), setHours, 'abhKktT'],
    K: [70, number(/^(1[01]|0?\d)/), between(0, 11), setHalfDayHours, 'hHktT'],
    k: [70, number(/^(2[0-4]|[01]?\d)/), between(1, 24), (c, value) => setHours(c, value % 24), 'abhHKtT'],
    m: [60, number(/^[0-5]?\d/), between(0, 59), (c, value) => new Date(c.setUTCMinutes(value, 0, 0)), 'tT'],
    s: [50, number(/^[0-5]?\d/), between(0, 59), (c, value) => new Date(c.setUTCSeconds(value, 0)), 'tT'],
    S: [40, readFraction, always, (c, value) => new Date(c.setUTCMilliseconds(value)), 'tT'],
    X: [10, readOffset, always, setOffset, 'tTx'],
    x: [10, readOffset, always, setOffset, 'tTX'],
    t: [40, readTimestamp, always, (c, value, flags) => setExact(value * 1000, flags), '*'],
    T: [20, readTimestamp, always, (c, value, flags) => setExact(value, flags), '*'],
  };

  function checkCompatible(token, excluded, used) {
    const other = used.find((one) => excluded === '*' || one[0] === token[0] || excluded.includes(one[0]));
    if (other === undefined) return;
    throw new RangeError(excluded === '*'
      ? `The format string mustn't contain \`${token}\` and any other token at the same time`
      : `The format string mustn't contain \`${other}\` and \`${token}\` at the same time`);
  }

  /** Reads a text by a pattern: the values found as [parser, value], or null when the text does not fit. */
  function readText(input, pattern, rules, options) {
    let text = input;
    const used = [];
    const found = [];
    for (const token of tokenize(pattern)) {
      checkProtected(token, pattern, input, options);
      const parser = Object.hasOwn(PARSERS, token[0]) ? PARSERS[token[0]] : null;
      if (parser === null) {
        checkLetter(token[0]);
        const literal = unquote(token);
        if (!text.startsWith(literal)) return null;
        text = text.slice(literal.length);
        continue;
      }
      checkCompatible(token, parser[4], used);
      used.push(token);
      const result = parser[1](text, token, rules);
      if (!result) return null;
      found.push([parser, result.value]);
      text = result.rest;
    }
    return text.trim() === '' ? found : null;
  }

  function parse(text, pattern, reference, options) {
    if (arguments.length < 3) throw new TypeError(`3 arguments required, but only ${arguments.length} present`);
    const rules = weekRules(options);
    const invalid = new Date(NaN);
    if (String(pattern) === '') return String(text) === '' ? toDate(reference) : invalid;
    const found = readText(String(text), String(pattern), rules, options);
    const start = toDate(reference);
    if (found === null || Number.isNaN(start.getTime())) return invalid;
    found.sort(([one], [other]) => other[0] - one[0]);
    const flags = {};
    let clock = toWallClock(start);
    let last = Infinity;
    for (const [[priority, , isValid, set], value] of found) {
      if (Math.floor(priority / 10) === last) continue; // a unit already set, as `E` by `d`
      last = Math.floor(priority / 10);
      if (!isValid(value, clock)) return invalid;
      clock = set(clock, value, flags, rules);
    }
    return 'exact' in flags ? clock : fromWallClock(clock);
  }

  return { format, parse };
})
