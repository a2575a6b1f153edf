/**
 * Markup for jobs, which the system's cheerio reads for a script: `parseXML` of the HTTP adaptor.
 */
(function (kit, library, http) {
  'use strict';

  const { resolving, composeNextState } = kit;

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

  /**
   * `parseXML(text, script)`: what the script finds. `parseXML(text)`: the whole document, which must be XML.
   * `parseXML(source, { path, chunkSize }, callback)`: the elements at a path of a document of any size, list by
   * list, as `parseCsv` gives rows.
   */
  const parseXML = (source, how, callback) => state =>
    resolving(state, [source, typeof how === 'function' && !callback ? undefined : how], ([text, options]) => {
      if (options?.path) return eachItem(text, options, callback, state);
      return composeNextState(state, how ? xmlParser(text, how) : http.util.parseXML(text));
    });

  async function eachItem(source, { path, chunkSize = Infinity }, callback, state) {
    const { data } = await http.util.xmlItems(source, path)(kit.aside(state));
    return kit.inChunks(listsOf(data), chunkSize, callback, state);
  }

  async function* listsOf(stream) {
    for await (const text of stream.texts()) yield kit.parse(text);
  }

  return { parseXML, util: { xmlParser } };
})
