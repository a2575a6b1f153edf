/**
 * `paginate(path, options, callback)`: reads a list page by page. The next page is asked for when the callback
 * is done with the one before, so that no more than one is in memory.
 */
(function (kit, get) {
  'use strict';

  const problem = message => kit.markAdaptorError(new kit.Error(message), 'paginate');

  const LINK = /<([^<>]*)>((?:\s*;\s*[^,;"]*(?:"(?:[^"\\]|\\.)*")?)*)/g;
  const IS_NEXT = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i;

  /** The target of `rel="next"` in a Link field (RFC 8288). */
  function nextLink(field) {
    for (const [, target, parameters] of String(field ?? '').matchAll(LINK)) {
      if (IS_NEXT.test(parameters)) return target;
    }
    return undefined;
  }

  const firstOf = (data, path) => kit.jsonPath().query(data ?? {}, path)[0];
  const isMissing = value => value === undefined || value === null || value === false || value === '';

  /** What is asked for first, and after each page: `{ url, query }`, or undefined after the last. */
  function order({ page, cursor, next = 'link' }, query) {
    if (page && page !== true && typeof page !== 'object') {
      throw problem(`page is true or { parameter, first }, found ${JSON.stringify(page)}`);
    }
    if (page && cursor) throw problem('page and cursor are two ways to ask for the next page: choose one');
    if (page) return byNumber(page === true ? {} : page, query);
    if (cursor) return byCursor(cursor, query);
    return { first: query, after: ({ data, response }) => {
      const url = next === 'link' ? nextLink(response.headers?.link) : firstOf(data, next);
      return isMissing(url) ? undefined : { url: String(url), query: {} };
    } };
  }

  function byNumber({ parameter = 'page', first = 1 }, query) {
    const start = Number(first);
    if (!Number.isInteger(start)) throw problem(`the first page is a whole number, found ${first}`);
    const numbered = number => ({ ...query, [parameter]: number });
    return {
      first: numbered(start),
      after: ({ items }, count) => (items.length ? { query: numbered(start + count) } : undefined),
    };
  }

  function byCursor({ path, parameter = 'cursor' }, query) {
    if (typeof path !== 'string') {
      throw problem("cursor needs the path of the next one: { path: '$.next', parameter: 'cursor' }");
    }
    let last;
    return { first: query, after: ({ data }) => {
      const value = firstOf(data, path);
      if (!isMissing(value) && value === last) throw problem(`a page names ${JSON.stringify(value)} as the next cursor again`);
      last = value;
      return isMissing(value) ? undefined : { query: { ...query, [parameter]: value } };
    } };
  }

  const itemsOf = (data, path) => {
    if (path) return kit.jsonPath().query(data ?? {}, path);
    if (Array.isArray(data)) return data;
    return data === undefined || data === null ? [] : [data];
  };

  /** The URL that `reference` names, seen from a page's (RFC 3986). */
  function resolved(reference, page) {
    if (/^https?:\/\//i.test(reference)) return reference;
    const [, scheme, host] = /^(https?:)\/\/([^/?#]*)/i.exec(page);
    if (reference.startsWith('//')) return scheme + reference;
    if (reference.startsWith('/')) return `${scheme}//${host}${reference}`;
    const path = page.split(/[?#]/)[0];
    return reference.startsWith('?') ? path + reference : path.slice(0, path.lastIndexOf('/') + 1) + reference;
  }

  /** A path and the members of its query, which would win over a page's number. */
  function withoutQuery(path) {
    const [base, text] = halves(String(path ?? '').split('#')[0], '?');
    const query = {};
    for (const pair of text.split('&').filter(Boolean)) {
      const [key, value] = halves(pair, '=').map(decoded);
      query[key] = Object.hasOwn(query, key) ? [query[key], value].flat() : value;
    }
    return { base, query };
  }

  /** What stands before and behind the first mark. */
  function halves(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  }

  /** A word of a query; one that is not encoded well stands for itself. */
  function decoded(word) {
    try {
      return decodeURIComponent(word.replaceAll('+', ' '));
    } catch {
      return word;
    }
  }

  /** The pages of a list, each with its items. */
  async function* pages(start, { items: itemsPath, page, cursor, next, maxPages = 10000, ...request }, state) {
    if (!(maxPages >= 1)) throw problem(`maxPages is a number from 1 on, found ${maxPages}`);
    // Only a page's number or cursor has to win over what is written in the path.
    const { base, query: written } = page || cursor ? withoutQuery(start) : { base: start };
    const { first, after } = order({ page, cursor, next }, { ...request.query, ...written });
    const visited = new Set();
    let [url, query] = [base, first];
    for (let count = 1; ; count++) {
      if (count > maxPages) throw problem(`there are more than ${maxPages} pages; maxPages says how many may be read`);
      const { data, response } = await get(url, { ...request, query })({ configuration: state.configuration });
      const items = itemsOf(data, itemsPath);
      yield { items, response };
      const following = after({ items, data, response }, count);
      if (!following) return;
      query = following.query;
      if (following.url === undefined) continue;
      visited.add(response.url);
      url = resolved(following.url, response.url);
      if (visited.has(url)) throw problem(`page ${count} names ${url} as the next one again`);
      visited.add(url);
    }
  }

  return (path, options = {}, callback) => state =>
    kit.resolving(state, [path, options], async ([start, settings]) => {
      if (callback !== undefined && typeof callback !== 'function') {
        throw problem(`paginate takes a callback (state, items) as its third argument, found ${typeof callback}`);
      }
      let current = state;
      const all = [];
      for await (const { items, response } of pages(start, settings ?? {}, state)) {
        if (!callback) for (const item of items) all.push(item);
        else if (items.length) current = await callback({ ...current, data: items, response }, items);
        if (callback && !current) kit.log('warn', 'the callback of paginate returned no state');
      }
      return callback ? current : kit.composeNextState(current, all);
    });
})
