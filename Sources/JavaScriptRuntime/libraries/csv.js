/**
 * A streaming CSV parser with the semantics and error sentences of csv-parse 5.4 (the options that `parseCsv`
 * of the common adaptor lets through).
 *
 * Text arrives in pieces of any size. A table tells the characters that may end a field from all others, which
 * the engine's compiler makes the fastest loop there is, and fields are cut out as slices.
 */
(function (global) {
  'use strict';

  const { Error } = global; // the job's own

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

  /** The name of a column: text, or an object with it; false and null leave the field out. */
  function columnName(column, position) {
    if (column === undefined || column === null || column === false || column.disabled) return null;
    const name = typeof column === 'object' ? column.name : String(column);
    if (typeof name === 'string') return name;
    throw csvError('CSV_OPTION_COLUMNS_MISSING_NAME', `Option columns missing name: property "name" is required at position ${position}`);
  }

  function createParser(options) {
    const { trim, bom, skip_empty_lines: skipEmptyLines } = options;
    const ltrim = options.ltrim === true || (trim === true && options.ltrim !== false);
    const rtrim = options.rtrim === true || (trim === true && options.rtrim !== false);
    const quote = normalizeMark(options.quote);
    const escape = normalizeMark(options.escape);
    const delimiters = normalizeDelimiters(options.delimiter);
    const marks = [...delimiters, ...[quote, escape].filter((mark) => mark !== null)];
    /** 1 for every character with which a delimiter, record delimiter or quote begins. */
    const special = new Uint8Array(65536);
    for (const mark of [...delimiters, quote ?? '\n', '\r', '\n']) special[mark.charCodeAt(0)] = 1;
    /** The delimiter, if it is the only one and a single character. */
    const comma = delimiters.length === 1 && delimiters[0].length === 1 ? delimiters[0].charCodeAt(0) : undefined;
    // How much must follow a special character before it can be judged without knowing the next piece.
    const lookAhead = lengthOf(quote) + Math.max(2, ...marks.map(lengthOf));

    const { columns } = options; // true: the first row is the header; a list of names; else rows are arrays
    let names = Array.isArray(columns) ? columns.map(columnName) : null; // of the fields, once they are known
    let expected = names?.length; // fields a row must have
    let newline = null; // the record delimiter, once the first one has been met
    let text = ''; // the piece being parsed, behind what the last one left over
    let position = 0;
    let started = false; // false until the byte order mark has been dealt with
    let line = 1;
    let rows = []; // finished ones
    let row = newRow();
    let [count, field] = [0, '']; // finished fields of the current row; what there is of the next one
    let [quoting, wasQuoted] = [false, false];

    function parse(piece, final) {
      text = position < text.length ? text.slice(position) + piece : piece;
      position = 0;
      if (!started && text !== '') {
        started = true;
        if (bom === true && text.charCodeAt(0) === 0xfeff) position = 1;
      }
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
      const quoteAt = text.indexOf(quote, position);
      const end = quoteAt === -1 ? text.length : quoteAt;
      const escapeAt = escape === quote || escape === null ? -1 : text.slice(position, end).indexOf(escape);
      const stop = escapeAt === -1 ? end : position + escapeAt;
      if (!reach(stop, final, takeQuoted)) return false;
      const after = stop + lengthOf(escape);
      if (escape === quote && text.startsWith(quote, after)) {
        position = after;
        takeQuoted(after + quote.length);
      } else if (escapeAt !== -1 && after < text.length) {
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
      line += countOf(part, newline === '\r' ? '\r' : '\n');
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
      if (comma !== undefined) return text.charCodeAt(at) === comma ? 1 : 0;
      for (const mark of delimiters) if (text.startsWith(mark, at)) return mark.length;
      return 0;
    }

    /** Length of the record delimiter at a position, 0 if none; the first one met settles which it is. */
    function newlineLength(at) {
      const code = text.charCodeAt(at);
      if (code !== CR && code !== LF) return 0;
      newline ??= code === LF ? '\n' : text.charCodeAt(at + 1) === LF ? '\r\n' : '\r';
      const isWhole = code === newline.charCodeAt(0) && (newline.length === 1 || text.charCodeAt(at + 1) === LF);
      return isWhole ? newline.length : 0;
    }

    /** Reads on to the next delimiter, record delimiter or quote; false when more text is needed. */
    function readPlain(final) {
      const stop = skim(text);
      if (!reach(stop, final, takePlain)) return false;
      let length;
      if ((length = delimiterLength(stop))) endField(length);
      else if ((length = newlineLength(stop))) endRecord(length);
      else if (quote !== null && text.startsWith(quote, stop)) openQuote();
      else takePlain(stop + 1);
      return true;
    }

    /** Takes whole fields and rows, as long as nothing is special about them; gives what to look at next. */
    function skim(source) {
      const { length } = source;
      const isWhole = field === '' && !wasQuoted;
      let stop = position;
      for (;;) {
        while (stop < length && special[source.charCodeAt(stop)] === 0) stop++;
        if (stop === length || !isWhole) return stop;
        const code = source.charCodeAt(stop);
        const endsRow = code === LF && newline === '\n' && count > 0;
        if (code !== comma && !endsRow) return stop;
        store(cut(source, position, stop));
        position = ++stop;
        if (code !== comma) finishRow();
      }
    }

    /** A piece of text without the blanks around it. */
    function cut(source, start, end) {
      if (ltrim) while (start < end && isBlank(source.charCodeAt(start))) start++;
      const value = source.slice(start, end);
      const last = source.charCodeAt(end - 1);
      return rtrim && start < end && (last <= 32 || last >= 128) ? value.trimEnd() : value;
    }

    /** Puts a finished field into the row; one of a column without a name is left out. */
    function store(value) {
      if (names === null) row.push(value);
      else if (typeof names[count] === 'string') row[names[count]] = value;
      count++;
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
        const name = names ? names[count] ?? null : count;
        throw csvError('INVALID_OPENING_QUOTE', 'Invalid Opening Quote: a quote is found on field '
          + `${JSON.stringify(name)} at line ${line}, value is ${JSON.stringify(field)}`);
      }
      quoting = true;
      position += quote.length;
    }

    function endField(length) {
      store(wasQuoted ? field : cut(field, 0, field.length));
      field = '';
      wasQuoted = false;
      position += length;
    }

    function endRecord(length) {
      const isEmpty = !wasQuoted && count === 0 && field === '';
      if (isEmpty && skipEmptyLines === true) {
        position += length;
        line++;
      } else {
        endField(length);
        finishRow();
      }
    }

    function newRow() {
      return names ? {} : [];
    }

    function finishRow() {
      if (columns === true && names === null) names = row;
      else if (expected !== undefined && count !== expected) throw lengthError(count);
      else rows.push(row);
      expected = count;
      count = 0;
      row = newRow();
      line++;
    }

    function lengthError(length) {
      const [code, wanted] = names
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
      if (wasQuoted || count > 0 || field !== '') {
        endField(0);
        finishRow();
      }
      return rows;
    }

    // `write` gives the rows that this text completes; its last few characters wait for what follows them.
    return { write: (piece) => parse(piece, false), end };
  }

  return { createParser };
})
