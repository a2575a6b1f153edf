/**
 * Draws data as a table, like Node's `console.table`: a row for each member, a column for each of its keys.
 */
(function () {
  'use strict';

  const kindOf = value => Object.prototype.toString.call(value).slice(8, -1);
  const isLeaf = value => value === null || typeof value !== 'object';
  const widthOf = text => [...text].length;

  function draw(data, chosen) {
    const isIterated = /^(?:Map|Set)$/.test(kindOf(data));
    const rows = isIterated ? [...data].map(entryOf(data)) : Object.values(data);
    const names = isIterated ? rows.map((_, index) => String(index)) : Object.keys(data);
    const columns = [[isIterated ? '(iteration index)' : '(index)', names], ...columnsOf(rows, isIterated ? undefined : chosen)];
    const widths = columns.map(([title, cells]) =>
      cells.reduce((width, text) => Math.max(width, widthOf(text)), widthOf(title)));
    const rule = (left, middle, right) => left + widths.map(width => '─'.repeat(width + 2)).join(middle) + right;
    const line = texts => `│ ${texts.map((text, i) => text + ' '.repeat(widths[i] - widthOf(text))).join(' │ ')} │`;
    return [
      rule('┌', '┬', '┐'), line(columns.map(([title]) => title)), rule('├', '┼', '┤'),
      ...names.map((_, row) => line(columns.map(([, cells]) => cells[row] ?? ''))), rule('└', '┴', '┘'),
    ].join('\n');
  }

  const entryOf = data => (kindOf(data) === 'Map' ? ([Key, Values]) => ({ Key, Values }) : Values => ({ Values }));

  /** Title and cells by row of each column; rows that are no objects have theirs in a last one. */
  function columnsOf(rows, chosen) {
    const cells = Object.create(null);
    const leaves = [];
    rows.forEach((value, row) => {
      if (isLeaf(value) && !chosen) leaves[row] = inspect(value);
      for (const key of chosen ?? (isLeaf(value) ? [] : Object.keys(value))) {
        cells[key] ??= [];
        if (!isLeaf(value) && Object.hasOwn(value, key)) cells[key][row] = inspect(value[key]);
      }
    });
    return [...Object.entries(cells), ...(leaves.length ? [['Values', leaves]] : [])];
  }

  /** A value as code, one level deep: a table is for rows of plain values. */
  function inspect(value) {
    const kind = kindOf(value);
    if (isLeaf(value)) return inspectLeaf(value);
    if (kind === 'Array') return inspectList(value);
    if (kind === 'Date') return value.toJSON() ?? 'Invalid Date';
    const keys = Object.keys(value);
    if (kind !== 'Object' || keys.length > 2) return `[${kind}]`;
    return keys.length ? `{ ${keys.map(key => `${key}: ${inspectInner(value[key])}`).join(', ')} }` : '{}';
  }

  function inspectList(list) {
    const shown = list.slice(0, 3).map(inspectInner);
    const more = list.length - shown.length;
    if (more > 0) shown.push(`... ${more} more item${more > 1 ? 's' : ''}`);
    return shown.length ? `[ ${shown.join(', ')} ]` : '[]';
  }

  const inspectInner = value => {
    if (isLeaf(value) || kindOf(value) === 'Date') return inspect(value);
    return Object.keys(value).length ? `[${kindOf(value)}]` : inspect(value);
  };

  function inspectLeaf(value) {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'function') return value.name ? `[Function: ${value.name}]` : '[Function (anonymous)]';
    return typeof value === 'bigint' ? `${value}n` : String(value);
  }

  function quote(text) {
    const mark = ["'", '"', '`'].find(each => !text.includes(each)) ?? "'";
    return mark + JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"') + mark;
  }

  return draw;
})
