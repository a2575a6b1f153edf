/**
 * What texts of dates mean to Node, in milliseconds since 1970.
 *
 * The language leaves to the engine what it makes of texts beyond its own format. Jobs were written for V8,
 * whose rules these are: V8 reads the format of ECMA-262, and whatever does not fit it by its legacy grammar:
 *
 * - numbers with colons are times; other numbers are day components, month first unless the first is no day;
 * - the first three letters of a word may name a month; zones are UTC, GMT, Z, EST and their like;
 * - parentheses are ignored, and so are words in front of the first number.
 */
(function () {
  'use strict';

  const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
  /** Hours from UTC. */
  const ZONES = { ut: 0, utc: 0, z: 0, gmt: 0, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 };
  const HALVES = { am: 0, pm: 12 };
  /** A line or paragraph separator is no blank to V8. */
  const BLANK = '[^\\S\\u2028\\u2029]';
  const TOKEN = new RegExp(
    `(?<number>\\d+)|(?<sign>[+-])|(?<blank>${BLANK})|(?<word>(?:(?!${BLANK})[a-z\\u0080-\\uffff])+)|(?<other>[^])`, 'iuy');

  const between = (number, from, to) => number >= from && number <= to;
  const isMonth = number => between(number, 1, 12);
  const isDay = number => between(number, 1, 31);
  const isHour = number => between(number, 0, 23);
  const isSixtieth = number => between(number, 0, 59);
  const END = Object.freeze({ kind: 'end', text: '' });
  /** Refuses a text. */
  const MALFORMED = Symbol('malformed');

  /** The tokens of a text, one at a time. What stands in parentheses is one that means nothing. */
  class Scanner {
    #text;
    #at = 0;
    constructor(text) {
      this.#text = text;
      this.peek = this.#scan();
    }

    next() {
      const token = this.peek;
      this.peek = this.#scan();
      return token;
    }

    skip(text) {
      if (this.peek.text !== text) return false;
      this.next();
      return true;
    }

    #scan() {
      if (this.#at >= this.#text.length) return END;
      if (this.#text[this.#at] === '(') return this.#parentheses();
      TOKEN.lastIndex = this.#at;
      const { 0: text, groups } = TOKEN.exec(this.#text);
      this.#at = TOKEN.lastIndex;
      if (groups.number) return { kind: 'number', text, value: Number(text) };
      if (groups.word) return { kind: 'word', text: text.toLowerCase() };
      return { kind: groups.sign ? 'sign' : groups.blank ? 'blank' : 'other', text };
    }

    #parentheses() {
      let depth = 0;
      do {
        const character = this.#text[this.#at++];
        depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      } while (depth > 0 && this.#at < this.#text.length);
      return { kind: 'other', text: '' };
    }
  }

  const isFixed = ({ kind, text }, length) => kind === 'number' && text.length === length;
  const milliseconds = ({ text }) => Number(text.slice(0, 3).padEnd(3, '0'));

  /** What has been read of a text so far. */
  class Moment {
    day = [];
    time = [];
    isTimeWhole = false;
    month; half; sign; zoneHour; zoneMinute;
    isISO = false;

    addDay(number) {
      return this.day.length < 3 && this.day.push(number) > 0;
    }

    addTime(number) {
      return !this.isTimeWhole && this.time.length < 4 && this.time.push(number) > 0;
    }

    /** Ends the time: what is missing is zero. */
    endTime(number) {
      this.addTime(number);
      while (this.time.length < 4) this.time.push(0);
      this.isTimeWhole = true;
    }

    expectsTime(number) {
      if (this.isTimeWhole) return false;
      const { length } = this.time;
      return (length === 1 || length === 2) && isSixtieth(number) || length === 3 && between(number, 0, 999);
    }

    get expectsZoneMinute() { return this.zoneHour !== undefined && this.zoneMinute === undefined; }
    get isUTC() { return this.zoneHour === 0 && this.zoneMinute === 0; }

    setZone(hours) {
      [this.sign, this.zoneHour, this.zoneMinute] = [hours < 0 ? -1 : 1, Math.abs(hours), 0];
    }

    /** Milliseconds since 1970, NaN for what is no moment. */
    value(Date) {
      const date = this.#date();
      const time = this.#clock();
      if (!date || !time) return NaN;
      const [year, month, day] = date;
      const made = new Date(0);
      if (this.sign === undefined) {
        made.setHours(0, 0, 0, 0);
        made.setFullYear(year, month - 1, day);
        return made.setHours(...time);
      }
      made.setUTCFullYear(year, month - 1, day);
      made.setUTCHours(...time);
      return made.getTime() - this.sign * ((this.zoneHour ?? 0) * 60 + (this.zoneMinute ?? 0)) * 60000;
    }

    #date() {
      if (this.day.length < 1) return undefined;
      const [first, second, third] = [...this.day, 1, 1];
      let [year, month, day] = [third, first, second];
      if (this.month !== undefined) {
        [year, month, day] = isDay(first) ? [second, this.month, first] : [first, this.month, second];
      } else if (this.isISO || !isDay(first)) {
        [year, month, day] = [first, second, third];
      }
      if (!this.isISO && between(year, 0, 99)) year += year < 50 ? 2000 : 1900;
      return isMonth(month) && isDay(day) ? [year, month, day] : undefined;
    }

    #clock() {
      let [hour = 0, minute = 0, second = 0, fraction = 0] = this.time;
      if (this.half !== undefined) {
        if (!between(hour, 0, 12)) return undefined;
        hour = (hour % 12) + this.half;
      }
      const isWithinDay = isHour(hour) && isSixtieth(minute) && isSixtieth(second) && between(fraction, 0, 999);
      const isMidnight = hour === 24 && minute + second + fraction === 0;
      return isWithinDay || isMidnight ? [hour, minute, second, fraction] : undefined;
    }
  }

  /** Reads the format of ECMA-262. Gives the first token that does not fit it, for the legacy grammar. */
  function readISO(scanner, moment) {
    if (scanner.peek.kind === 'sign') {
      const sign = scanner.next();
      if (!isFixed(scanner.peek, 6)) return sign;
      const year = scanner.next().value;
      if (sign.text === '-' && year === 0) return sign;
      moment.addDay(sign.text === '-' ? -year : year);
    } else if (isFixed(scanner.peek, 4)) {
      moment.addDay(scanner.next().value);
    } else {
      return scanner.next();
    }
    for (const isPart of [isMonth, isDay]) {
      if (!scanner.skip('-')) break;
      if (!isFixed(scanner.peek, 2) || !isPart(scanner.peek.value)) return scanner.next();
      moment.addDay(scanner.next().value);
    }
    if (scanner.peek.text === 't') {
      if (!readISOTime(scanner, moment)) return MALFORMED;
    } else if (scanner.peek !== END) {
      return scanner.next();
    }
    if (moment.sign === undefined && moment.time.length === 0) moment.setZone(0);
    moment.isISO = true;
    return END;
  }

  function readISOTime(scanner, moment) {
    scanner.next();
    const limit = () => (moment.time[0] === 24 ? 0 : 59);
    if (!take(2, 24) || !scanner.skip(':') || !take(2, limit())) return false;
    if (scanner.skip(':')) {
      if (!take(2, limit())) return false;
      if (scanner.skip('.')) {
        if (scanner.peek.kind !== 'number' || (limit() === 0 && scanner.peek.value > 0)) return false;
        moment.addTime(milliseconds(scanner.next()));
      }
    }
    return readISOZone(scanner, moment) && scanner.peek === END;

    function take(length, most) {
      return isFixed(scanner.peek, length) && scanner.peek.value <= most && moment.addTime(scanner.next().value);
    }
  }

  function readISOZone(scanner, moment) {
    if (scanner.peek.text === 'z') {
      scanner.next();
      moment.setZone(0);
    } else if (scanner.peek.kind === 'sign') {
      moment.sign = scanner.next().text === '+' ? 1 : -1;
      const token = scanner.next();
      if (isFixed(token, 4)) {
        [moment.zoneHour, moment.zoneMinute] = [Math.floor(token.value / 100), token.value % 100];
      } else {
        if (!isFixed(token, 2) || !scanner.skip(':') || !isFixed(scanner.peek, 2)) return false;
        [moment.zoneHour, moment.zoneMinute] = [token.value, scanner.next().value];
      }
      return isHour(moment.zoneHour) && isSixtieth(moment.zoneMinute);
    }
    return true;
  }

  /** Reads the rest by V8's legacy grammar; false for what has no place in it. */
  function readLegacy(token, scanner, moment) {
    let hasNumber = moment.day.length > 0;
    for (; token !== END; token = scanner.next()) {
      if (token.kind === 'number') {
        hasNumber = true;
        if (!readNumber(token, scanner, moment)) return false;
      } else if (token.kind === 'word') {
        if (!readWord(token.text, scanner, moment, hasNumber)) return false;
      } else if (token.kind === 'sign' && (moment.isUTC || moment.time.length > 0)) {
        hasNumber = true;
        if (!readOffset(token, scanner, moment)) return false;
      } else if ((token.kind === 'sign' || token.text === ')') && hasNumber) {
        return false;
      }
    }
    return true;
  }

  function readNumber({ value }, scanner, moment) {
    if (scanner.skip(':')) {
      if (scanner.skip(':')) return moment.time.length === 0 && moment.addTime(value) && moment.addTime(0);
      if (!moment.addTime(value)) return false;
      scanner.skip('.');
      return true;
    }
    if (scanner.skip('.') && moment.expectsTime(value)) {
      moment.addTime(value);
      if (scanner.peek.kind !== 'number') return false;
      moment.endTime(milliseconds(scanner.next()));
      return true;
    }
    if (moment.expectsZoneMinute && isSixtieth(value)) {
      moment.zoneMinute = value;
      return true;
    }
    if (moment.expectsTime(value)) {
      moment.endTime(value);
      const { kind, text } = scanner.peek;
      return kind === 'end' || kind === 'blank' || kind === 'sign' || text === 'z';
    }
    if (!moment.addDay(value)) return false;
    scanner.skip('-');
    return true;
  }

  function readWord(word, scanner, moment, hasNumber) {
    const month = MONTHS.indexOf(word.slice(0, 3));
    if (word in HALVES && moment.time.length > 0) {
      moment.half = HALVES[word];
    } else if (month >= 0) {
      moment.month = month + 1;
      scanner.skip('-');
    } else if (Object.hasOwn(ZONES, word) && hasNumber) {
      moment.setZone(ZONES[word]);
    } else {
      return !hasNumber && scanner.peek.kind !== 'number';
    }
    return true;
  }

  function readOffset(sign, scanner, moment) {
    moment.sign = sign.text === '+' ? 1 : -1;
    const { value = 0, text } = scanner.peek.kind === 'number' ? scanner.next() : { text: '' };
    if (scanner.peek.text === ':') {
      [moment.zoneHour, moment.zoneMinute] = [value, undefined];
    } else if (between(text.length, 1, 2)) {
      [moment.zoneHour, moment.zoneMinute] = [value, 0];
    } else if (between(text.length, 3, 4)) {
      [moment.zoneHour, moment.zoneMinute] = [Math.floor(value / 100), value % 100];
    } else {
      return false;
    }
    return true;
  }

  return function parse(text, Date) {
    const scanner = new Scanner(text);
    const moment = new Moment();
    const token = readISO(scanner, moment);
    const isRead = token !== MALFORMED && readLegacy(token, scanner, moment);
    return isRead ? moment.value(Date) : NaN;
  };
})
