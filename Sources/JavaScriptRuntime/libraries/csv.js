/**
 * A streaming CSV parser with the semantics and error sentences of csv-parse 5.4 (the options that `parseCsv`
 * of the common adaptor lets through).
 *
 * Text arrives in pieces of any size. The parser jumps between special characters with `indexOf` (a position
 * found is remembered until passed) and cuts fields out as slices: no ordinary character is looked at alone.
 */
(function (host) {
  'use strict';

  const [LF, CR] = [10, 13];
  const csvError = (code, message) => Object.assign(new Error(message), { code });

  function normalizeDelimiters(option) {
    const list = (Array.isArray(option) ? option : [option]).map((mark) => mark ?? ',');
    if (list.length > 0 && list.every((mark) => typeof mark === 'string' && mark !== '')) return list;
    throw csvError('CSV_INVALID_OPTION_DELIMITER', 'Invalid option delimiter: delimiter must be a non empty '
      + `string or buffer or array of string|buffer, got ${JSON.stringify(option)}`);
  }

  /** Quote or escape: a string, or null when switched off. */
  const normalizeMark = (mark) => (mark === undefined || mark === true ? '"' : mark || null);

  const lengthOf = (mark) => (mark === null ? 0 : mark.length);
  /** Blanks trimmed on the left and after a closing quote; on the right `trimEnd` removes any white space. */
  const isBlank = (code) => code === 32 || (code >= 9 && code <= CR && code !== 11);

  function countOf(text, char) {
    let count = 0;
    for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) count++;
    return count;
  }

  /** Remembers where `mark` comes next in a text (Infinity: nowhere): no stretch is searched twice. */
  class Finder {
    constructor(mark) {
      this.mark = mark;
      this.reset('');
    }

    reset(text) {
      this.text = text;
      this.found = this.mark === null ? Infinity : -1;
    }

    next(from) {
      if (this.found < from) {
        const found = this.text.indexOf(this.mark, from);
        this.found = found === -1 ? Infinity : found;
      }
      return this.found;
    }
  }

  function createParser(options) {
    const { trim, bom, skip_empty_lines: skipEmptyLines } = options;
    const ltrim = options.ltrim === true || (trim === true && options.ltrim !== false);
    const rtrim = options.rtrim === true || (trim === true && options.rtrim !== false);
    const quote = normalizeMark(options.quote);
    const escape = normalizeMark(options.escape);
    const delimiters = normalizeDelimiters(options.delimiter).map((mark) => new Finder(mark));
    const quotes = new Finder(quote);
    const escapes = new Finder(escape === quote ? null : escape);
    const [returns, feeds] = [new Finder('\r'), new Finder('\n')];
    let newline = null; // finder of the record delimiter, once the first one has been met
    // How much must follow a special character before it can be judged without knowing the next piece.
    const lookAhead = lengthOf(quote)
      + Math.max(2, ...[quote, escape, ...delimiters.map(({ mark }) => mark)].map(lengthOf));

    let columns = options.columns; // true: next row is the header; a list of names; else rows are arrays
    let expected = Array.isArray(columns) ? columns.length : undefined; // fields a row must have
    let text = ''; // the piece being parsed, behind what the last one left over
    let position = 0;
    let started = false; // false until the byte order mark has been dealt with
    let line = 1;
    let [rows, record, field] = [[], [], '']; // finished rows; finished fields of the current one; the rest
    let [quoting, wasQuoted] = [false, false];

    function parse(piece, final) {
      text = position < text.length ? text.slice(position) + piece : piece;
      position = 0;
      if (!started && text !== '') {
        started = true;
        if (bom === true && text.charCodeAt(0) === 0xfeff) position = 1;
      }
      for (const finder of [...delimiters, quotes, escapes, returns, feeds, newline]) finder?.reset(text);
      rows = [];
      while (position < text.length && (quoting ? readQuoted(final) : readPlain(final)));
      return rows;
    }

    /** Takes the text up to a special character; false if that cannot be judged yet or the text ends. */
    function reach(stop, final, take) {
      const isCertain = final || stop + lookAhead <= text.length;
      take(isCertain ? stop : Math.min(stop, Math.max(position, text.length - lookAhead)));
      return isCertain && stop < text.length;
    }

    /** Reads on to the next quote or escape; false when more text is needed. */
    function readQuoted(final) {
      const stop = Math.min(quotes.next(position), escapes.next(position), text.length);
      if (!reach(stop, final, takeQuoted)) return false;
      const after = stop + lengthOf(escape);
      if (escape === quote && text.startsWith(quote, after)) {
        position = after;
        takeQuoted(after + quote.length);
      } else if (stop === escapes.next(stop) && after < text.length) {
        position = after; // whatever follows stands for itself
        takeQuoted(after + 1);
      } else if (text.startsWith(quote, stop)) {
        closeQuote();
      } else {
        takeQuoted(stop + 1); // an escape as the very last character
      }
      return true;
    }

    function takeQuoted(end) {
      if (end <= position) return;
      const part = text.slice(position, end);
      field = field === '' ? part : field + part;
      line += countOf(part, newline?.mark === '\r' ? '\r' : '\n');
      position = end;
    }

    function closeQuote() {
      position += quote.length;
      const code = text.charCodeAt(position);
      if (code > 0 && !delimiterLength(position) && !newlineLength(position) && !(rtrim && isBlank(code))) {
        throw csvError('CSV_INVALID_CLOSING_QUOTE', `Invalid Closing Quote: got "${text[position]}" at line `
          + `${line} instead of delimiter, record delimiter, trimable character (if activated) or comment`);
      }
      quoting = false;
      wasQuoted = true;
    }

    /** Length of the delimiter at a position, 0 if none. */
    function delimiterLength(at) {
      for (const { mark } of delimiters) if (text.startsWith(mark, at)) return mark.length;
      return 0;
    }

    /** Length of the record delimiter at a position, 0 if none; the first one met settles which it is. */
    function newlineLength(at) {
      const code = text.charCodeAt(at);
      if (code !== CR && code !== LF) return 0;
      if (newline === null) {
        newline = new Finder(code === LF ? '\n' : text.charCodeAt(at + 1) === LF ? '\r\n' : '\r');
        newline.reset(text);
      }
      return text.startsWith(newline.mark, at) ? newline.mark.length : 0;
    }

    /** Reads on to the next delimiter, record delimiter or quote; false when more text is needed. */
    function readPlain(final) {
      let fieldEnd = delimiters[0].next(position);
      for (let i = 1; i < delimiters.length; i++) fieldEnd = Math.min(fieldEnd, delimiters[i].next(position));
      const recordEnd = newline
        ? newline.next(position) : Math.min(returns.next(position), feeds.next(position));
      const quoteStart = quotes.next(position);
      const stop = Math.min(fieldEnd, recordEnd, quoteStart, text.length);
      if (!reach(stop, final, takePlain)) return false;
      if (stop === quoteStart) openQuote();
      else if (stop === recordEnd) endRecord(newlineLength(stop));
      else endField(delimiterLength(stop));
      return true;
    }

    function takePlain(end) {
      let start = position;
      position = end;
      const trims = wasQuoted || (ltrim && field === '');
      while (trims && start < end && isBlank(text.charCodeAt(start))) start++;
      if (wasQuoted && start < end) {
        throw csvError('CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE',
          `Invalid Closing Quote: found non trimable byte after quote at line ${line}`);
      }
      if (start < end) field = field === '' ? text.slice(start, end) : field + text.slice(start, end);
    }

    function openQuote() {
      if (field !== '') {
        const name = Array.isArray(columns) ? columns[record.length] ?? null : record.length;
        throw csvError('INVALID_OPENING_QUOTE', 'Invalid Opening Quote: a quote is found on field '
          + `${JSON.stringify(name)} at line ${line}, value is ${JSON.stringify(field)}`);
      }
      quoting = true;
      position += quote.length;
    }

    function endField(length) {
      if (rtrim && !wasQuoted && field !== '') {
        const last = field.charCodeAt(field.length - 1);
        if (last <= 32 || last >= 128) field = field.trimEnd();
      }
      record.push(field);
      field = '';
      wasQuoted = false;
      position += length;
    }

    function endRecord(length) {
      const isEmpty = !wasQuoted && record.length === 0 && field === '';
      if (isEmpty && skipEmptyLines === true) position += length;
      else finishRow(length);
      line++;
    }

    function finishRow(length) {
      endField(length);
      const row = record;
      record = [];
      if (columns === true) columns = row;
      else if (expected !== undefined && row.length !== expected) throw lengthError(row.length);
      else rows.push(Array.isArray(columns) ? toObject(row) : row);
      expected = row.length;
    }

    /** Keys go in in header order, so that all rows get one shape. A column without a name is left out. */
    function toObject(row) {
      const object = {};
      for (let i = 0; i < row.length; i++) if (typeof columns[i] === 'string') object[columns[i]] = row[i];
      return object;
    }

    function lengthError(length) {
      const [code, wanted] = Array.isArray(columns)
        ? ['COLUMNS', `columns length is ${expected}`] : ['FIELDS_LENGTH', `expect ${expected}`];
      return csvError(`CSV_RECORD_INCONSISTENT_${code}`,
        `Invalid Record Length: ${wanted}, got ${length} on line ${line}`);
    }

    /** The remaining rows. */
    function end() {
      parse('', true);
      if (quoting) {
        const lastLine = /[\r\n]$/.test(field) ? line - 1 : line;
        throw csvError('CSV_QUOTE_NOT_CLOSED',
          `Quote Not Closed: the parsing is finished with an opening quote at line ${lastLine}`);
      }
      if (wasQuoted || record.length > 0 || field !== '') finishRow(0);
      return rows;
    }

    // `write` gives the rows that this text completes; its last few characters wait for what follows them.
    return { write: (piece) => parse(piece, false), end };
  }

  return { createParser };
})
