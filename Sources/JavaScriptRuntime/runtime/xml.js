/**
 * Markup for jobs, which the system's cheerio reads for a script: `parseXML` of the HTTP adaptor.
 */
(function (library, resolving, composeNextState, parse) {
  'use strict';

  /** The handle `$` that a script selects with, as jQuery does; also markup that is not well-formed is read. */
  function load(text) {
    const $ = library('cheerio').load(text);
    $.prototype.parsetable = function (...options) { return columnsOf($, this, ...options); };
    return $;
  }

  /**
   * The cells of a table by column. A cell that spans columns or rows stands at its first place and leaves the
   * others empty, or is repeated there.
   */
  function columnsOf($, table, repeatsInColumns = false, repeatsInRows = false, asText = false) {
    const columns = [];
    const isTaken = (column, row) => columns[column]?.[row] !== undefined;
    $('tr', table).each((row, element) => {
      let column = 0;
      $('td, th', element).each((_, cell) => {
        while (isTaken(column, row)) column += 1;
        const content = asText ? $(cell).text().trim() : $(cell).html() ?? '';
        const [width, height] = ['colspan', 'rowspan'].map(name => Number($(cell).attr(name)) || 1);
        for (let x = 0; x < width; x++) {
          for (let y = 0; y < height; y++) {
            const isShown = (x === 0 || repeatsInColumns) && (y === 0 || repeatsInRows);
            (columns[column + x] ??= [])[row + y] = isShown ? content : '';
          }
        }
        column += width;
      });
    });
    return columns;
  }

  /** What a script finds in markup: a value for JSON text, else the result under `body`. */
  function xmlParser(text, script) {
    const result = script(load(text));
    try {
      return JSON.parse(result);
    } catch {
      return { body: result };
    }
  }

  /** Without a script the text must be XML, and becomes data as a whole. */
  const parseXML = (text, script) => state =>
    resolving(state, [text], ([resolved]) =>
      composeNextState(state, script ? xmlParser(resolved, script) : parse(resolved)));

  return { parseXML, util: { xmlParser } };
})
