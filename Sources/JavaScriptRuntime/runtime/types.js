/**
 * Values that JSON has no form for: dates, bytes and numbers without digits, made from the texts that stand for them.
 */
(function (Date, buffer, evaluate) {
  'use strict';

  const ENDLESS = { infinity: Infinity, '-infinity': -Infinity, Infinity, '-Infinity': -Infinity, NaN };
  const number = text => ENDLESS[text] ?? text;

  /** What a text stands for, by type. One of another form stays as it is. */
  const makers = {
    number,
    date: value => (typeof value === 'number' || value.endsWith?.('Z') ? new Date(value) : number(value)),
    bytes: value => (value.type === 'Buffer' ? buffer().Buffer.from(value.data) : value),
  };

  /**
   * Gives an answer the values at paths: `[['data', '*', 'born'], 'date']`, where `*` stands for all of a list.
   * Returns the data; additions are changed.
   */
  function give(data, additions, types) {
    const holder = { data };
    for (const [path, type] of types) giveAt(path[0] === 'data' ? holder : additions, path, 0, makers[type]);
    return holder.data;
  }

  function giveAt(holder, path, at, make) {
    if (path[at] !== '*') return giveOne(holder, path[at], path, at, make);
    for (let index = 0; index < holder.length; index++) giveOne(holder, index, path, at, make);
  }

  function giveOne(holder, key, path, at, make) {
    const value = holder[key];
    if (value === null || value === undefined) return;
    if (at + 1 < path.length) giveAt(value, path, at + 1, make);
    else holder[key] = made(value, make);
  }

  const made = (value, make) =>
    (Array.isArray(value) ? value.map(item => (item === null ? null : made(item, make))) : make(value));

  /** Rows whose values cross as one list: objects with a member for each column. */
  const rowsOf = ({ columns, kinds, count, values }) => rowsMaker(columns, kinds)(values, count);

  /** The latest function that makes rows, and its code. */
  let latest = {};

  /** A function that the engine compiles for these columns takes less time than one for all, and than JSON's parser. */
  function rowsMaker(columns, kinds) {
    const members = columns.map((name, index) => {
      const value = `values[at + ${index}]`;
      // Otherwise `__proto__` would be no member.
      const key = name === '__proto__' ? `['${name}']` : JSON.stringify(name);
      return `${key}: ${kinds[index] ? `make(${value}, '${kinds[index]}')` : value}`;
    });
    // Evaluated in the job's context, so that the list is one of its own.
    const code = `(make => (values, count) => {
      const rows = [];
      for (let at = 0; rows.length < count; at += ${columns.length}) rows.push({ ${members.join(', ')} });
      return rows;
    })`;
    if (code !== latest.code) latest = { code, make: evaluate(code, 'rows')(makeMember) };
    return latest.make;
  }

  const makeMember = (value, kind) => (value === null ? null : made(value, makers[kind]));

  const isDate = value => value instanceof Date;
  const digits = (number, width) => String(number).padStart(width, '0');

  /**
   * The text of a date that a database without time zones stores as the date and time that the job sees; in ISO 8601,
   * with the offset. null for no valid date.
   */
  function localText(date) {
    if (Number.isNaN(date.getTime())) return null;
    const east = -date.getTimezoneOffset();
    const year = date.getFullYear();
    const day = `${digits(year > 0 ? year : 1 - year, 4)}-${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
    const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(part => digits(part, 2)).join(':');
    const zone = east === 0 ? 'Z' : `${east < 0 ? '-' : '+'}${digits(Math.trunc(Math.abs(east) / 60), 2)}:${digits(Math.abs(east) % 60, 2)}`;
    return `${day}T${time}.${digits(date.getMilliseconds(), 3)}${zone}${year > 0 ? '' : ' BC'}`;
  }

  /** A value for SQL text: its dates are times in UTC, `1970-01-01 00:00:00.000+00`. */
  function withUTC(value) {
    if (Array.isArray(value)) return value.map(withUTC);
    return isDate(value) && !Number.isNaN(value.getTime()) ? value.toISOString().replace('T', ' ').replace('Z', '+00') : value;
  }

  return { give, rowsOf, isDate, localText, withUTC };
})
