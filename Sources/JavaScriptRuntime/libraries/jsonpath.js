/**
 * JSONPath queries in the dialect of JSONPath-Plus 10 (`wrap: true`, safe evaluator), which job files expect.
 *
 * A path becomes a list of steps (cached); `query` walks them over the document and returns every match in
 * the order that library gives. Filters are compiled to closures by a small expression parser, because `eval`
 * and `new Function` are disabled where jobs run.
 */
(function (global) {
  'use strict';

  const { Error, TypeError } = global; // the job's own

  const CACHE_LIMIT = 500;
  const pathCache = new Map();
  const filterCache = new Map();

  const own = (value, key) => Object.prototype.hasOwnProperty.call(value, key);

  /** Looks a key up, building it when missing; the oldest entry leaves when the cache is full. */
  function cached(cache, key, build) {
    let value = cache.get(key);
    if (value === undefined) {
      value = build(key);
      if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value);
      cache.set(key, value);
    }
    return value;
  }

  // ---- Paths

  // Marks put in place of a path's punctuation: a separator; one that merges with a neighbour (around `^`);
  // and the start of a bracket, so that `items[]` asks for the key '' and finds nothing.
  const SEPARATOR = '\uE000';
  const SOFT = '\uE001';
  const BRACKET = '\uE002';
  const TYPES = 'null|boolean|number|string|integer|undefined|nonFinite|scalar|array|object|function';
  const TYPE_STEP = new RegExp(`^@(?:${TYPES})\\(\\)`);
  const PUNCTUATION = new RegExp([
    `(?<operator>~|@(?:${TYPES})\\(\\))`,
    '\\[(?<script>\\??\\([^]*?\\))\\](?!.\\])', // not a `)]` that closes a bracket nested in the expression
    '\\[(?:\'(?<single>[^\'\\]]*)\'|"(?<double>[^\'"\\]]*)")\\]',
    '(?<open>\\[[\'"]?)',
    '(?<dot>[\'"]?\\.[\'"]?(?=[^[\\]]*(?:\\[|$)))', // but not a dot inside brackets
    '(?<up>\\^)',
    '\'?\\]|\'$', // closing marks carry no meaning
  ].join('|'), 'g');

  function markPunctuation(path) {
    return path.replace(PUNCTUATION, (...args) => {
      const { operator, script, single, double, open, dot, up } = args.at(-1);
      if (operator) return SEPARATOR + operator + SEPARATOR;
      if (up) return SOFT + up + SOFT;
      const key = script ?? single ?? double ?? (open && '');
      if (key !== undefined) return SEPARATOR + BRACKET + key;
      return dot ? SEPARATOR : '';
    });
  }

  /** Two or three separators in a row mean `..` (so `a.[0]` is `a..[0]`, as in the library). */
  function tokenize(path) {
    const parts = markPunctuation(path).split(new RegExp(`([${SEPARATOR}${SOFT}]+)`));
    const tokens = [];
    parts.forEach((part, i) => {
      const separators = i % 2 ? part.split(SEPARATOR).length - 1 : 0;
      if (separators > 1) tokens.push('..');
      if (separators > 3) tokens.push('');
      if (i % 2 === 0 && (part !== '' || i === 0)) tokens.push(part.replace(BRACKET, ''));
    });
    if (tokens[0] === '$' && tokens.length > 1) tokens.shift();
    return tokens;
  }

  /** One step; `raw` is kept because an own property of that very name wins over the operator's meaning. */
  function makeStep(raw) {
    const operators = { '*': 'all', '..': 'deep', '^': 'up', '~': 'name', $: 'root' };
    if (own(operators, raw)) return { kind: operators[raw], raw };
    const slice = /^(-?\d*):(-?\d*)(?::(\d*))?$/.exec(raw);
    if (slice) return { kind: 'slice', raw, bounds: slice.slice(1).map((n) => parseInt(n, 10) || 0) };
    if (raw.startsWith('?(')) return { kind: 'filter', raw, source: raw.slice(2, -1) };
    if (raw[0] === '(') return { kind: 'script', raw, source: raw };
    if (TYPE_STEP.test(raw)) return { kind: 'type', raw, type: raw.slice(1, -2) };
    if (raw[0] === '`') return { kind: 'key', raw: raw.slice(1) };
    if (raw.includes(',')) return { kind: 'union', raw, parts: raw.split(',').map(makeStep) };
    return { kind: 'key', raw };
  }

  function parsePath(path) {
    const steps = tokenize(path).map(makeStep);
    return { steps, plain: steps.every((step) => step.kind === 'key' || step.kind === 'all') };
  }

  // ---- Walking

  /** Calls back with every index or own key of a container. */
  function eachKey(value, visit) {
    if (Array.isArray(value)) {
      for (let i = 0, n = value.length; i < n; i++) visit(i);
    } else if (value && typeof value === 'object') {
      Object.keys(value).forEach(visit);
    }
  }

  /** Fast walk for paths of keys and wildcards only: no parents, paths or filters to keep track of. */
  function queryPlain(json, steps) {
    let found = [json];
    steps.forEach(({ kind, raw }, index) => {
      const next = [];
      for (const value of found) {
        if (value && (kind === 'key' || index > 0) && own(value, raw)) next.push(value[raw]);
        else if (kind === 'all') eachKey(value, (key) => { next.push(value[key]); });
      }
      found = next;
    });
    return found;
  }

  /** Left among the results by `^`, until the frame that holds the parent continues from there. */
  class Ascent {
    constructor(next) { this.next = next; }
  }

  const TYPE_TESTS = {
    scalar: (v) => !v || (typeof v !== 'object' && typeof v !== 'function'),
    number: Number.isFinite,
    integer: (v) => Number.isFinite(v) && !(v % 1),
    nonFinite: (v) => typeof v === 'number' && !Number.isFinite(v),
    object: (v) => v !== null && typeof v === 'object',
    array: Array.isArray,
    null: (v) => v === null,
  };
  const hasType = (value, type) => (TYPE_TESTS[type] ? TYPE_TESTS[type](value) : typeof value === type);

  /** The `$['a'][0]` form of a key list that `@path` yields. */
  function pathText(keys) {
    return '$' + keys.map((key) => (/^[\d*]+$/.test(key) ? `[${key}]` : `['${key}']`)).join('');
  }

  /**
   * General walk. A place is { value, parent, name, path }: the value, its container, its key there and the
   * keys that lead to it. Every frame ends by resolving the Ascents that its own children left.
   */
  function queryGeneral(root, steps) {
    const climbs = steps.some((step) => step.kind === 'up');
    const out = [];
    const child = (place, key) =>
      ({ value: place.value[key], parent: place.value, name: key, path: [...place.path, key] });
    /** What a filter sees: `@parent` and `@parentProperty` are those of the container, not of the item. */
    const scope = (value, property, above, { parent, name }) => ({ value, property, parent, root,
      parentProperty: name, get path() { return pathText([...above, property]); } });
    function follow(next, place, literal) {
      if (next === steps.length) out.push(place.value);
      else visit(steps[next], next + 1, place, literal);
    }
    function followKey(key, next, place, literal) {
      if (place.value && own(place.value, key)) follow(next, child(place, key), literal);
    }
    const visitors = {
      key: (step, next, place) => followKey(step.raw, next, place, true),
      all: (step, next, place) => eachKey(place.value, (key) => follow(next, child(place, key), true)),
      deep(step, next, place) {
        follow(next, place, false);
        eachKey(place.value, (key) => {
          if (typeof place.value[key] === 'object') visit(step, next, child(place, key), false);
        });
      },
      up: (step, next) => out.push(new Ascent(next)),
      name: (step, next, place) => out.push(place.name),
      root: (step, next, place) => follow(next, { ...place, parent: null, name: null }, false),
      slice({ bounds: [from, to, by] }, next, place) {
        if (!Array.isArray(place.value)) return;
        const { length } = place.value;
        const clamp = (n) => (n < 0 ? Math.max(0, n + length) : Math.min(length, n));
        const end = clamp(to || length);
        for (let i = clamp(from); i < end; i += by || 1) followKey(i, next, place, false);
      },
      filter(step, next, place) {
        eachKey(place.value, (key) => {
          const item = child(place, key);
          if (evaluate(step.source, scope(item.value, key, place.path, place))) follow(next, item, false);
        });
      },
      script(step, next, place) {
        const here = scope(place.value, place.path.at(-1), place.path.slice(0, -1), place);
        followKey(evaluate(step.source, here), next, place, false);
      },
      type(step, next, place) {
        if (hasType(place.value, step.type)) out.push(place.value);
      },
      union: (step, next, place) => step.parts.forEach((part) => visit(part, next, place, false)),
    };
    function visit(step, next, place, literal) {
      const start = out.length;
      if (literal && place.value && own(place.value, step.raw)) followKey(step.raw, next, place, false);
      else visitors[step.kind](step, next, place);
      if (!climbs || step.kind === 'up') return;
      for (const item of out.splice(start)) {
        if (item instanceof Ascent) follow(item.next, place, false);
        else out.push(item);
      }
    }
    follow(0, { value: root, parent: null, name: null, path: [] }, false);
    return climbs ? out.filter((item) => !(item instanceof Ascent)) : out;
  }

  // ---- Filter expressions

  // Binary operators: [precedence, meaning], the right side given as a function because `||` may not need it.
  const BINARY = {
    '||': [1, (a, b) => a || b()], '&&': [2, (a, b) => a && b()], '|': [3, (a, b) => a | b()],
    '^': [4, (a, b) => a ^ b()], '&': [5, (a, b) => a & b()], '==': [6, (a, b) => a == b()],
    '!=': [6, (a, b) => a != b()], '===': [6, (a, b) => a === b()], '!==': [6, (a, b) => a !== b()],
    '<': [7, (a, b) => a < b()], '>': [7, (a, b) => a > b()], '<=': [7, (a, b) => a <= b()],
    '>=': [7, (a, b) => a >= b()], '<<': [8, (a, b) => a << b()], '>>': [8, (a, b) => a >> b()],
    '>>>': [8, (a, b) => a >>> b()], '+': [9, (a, b) => a + b()], '-': [9, (a, b) => a - b()],
    '*': [10, (a, b) => a * b()], '/': [10, (a, b) => a / b()], '%': [10, (a, b) => a % b()],
  };
  const UNARY = { '-': (a) => -a, '+': (a) => +a, '!': (a) => !a, '~': (a) => ~a, typeof: (a) => typeof a };
  const LITERALS = new Map([['true', true], ['false', false], ['null', null], ['undefined', undefined]]);
  const ESCAPES = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };
  const BLOCKED = /^(?:constructor|__(?:proto|(?:define|lookup)[GS]etter)__)$/;
  const TOKEN = new RegExp([
    '\\s*(?:(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)',
    '(?<string>"(?:[^"\\\\]|\\\\[^])*"|\'(?:[^\'\\\\]|\\\\[^])*\')',
    '(?<at>@(?:(?:parentProperty|parent|property|root|path)(?![\\w$]))?)',
    '(?<name>[\\p{ID_Start}$_][\\p{ID_Continue}$]*)',
    '(?<sign>>>>|[=!]==?|[<>]=|<<|>>|&&|\\|\\||[-+*\\/%<>!~\\|&\\^\\(\\)\\[\\].,;?:=])',
    '(?<end>$)|(?<bad>[^]))',
  ].join('|'), 'uy');
  const REGEX = /((?:[^/\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+)\/([a-z]*)/y;

  /** Reads one property for a filter (methods bound); keeps prototypes out of reach of expressions. */
  function readMember(object, key) {
    const name = String(key);
    if (object === undefined || object === null || (BLOCKED.test(name) && !own(object, name))) {
      throw new TypeError(`Cannot read properties of ${object} (reading '${name}')`);
    }
    const value = object[name];
    return typeof value === 'function' ? value.bind(object) : value;
  }

  /** Compiles an expression to a function of a scope, by recursive descent over one token of look-ahead. */
  function compile(source) {
    let kind, text; // the current token
    function advance() {
      const { groups } = TOKEN.exec(source);
      kind = Object.keys(groups).find((name) => groups[name] !== undefined);
      text = groups[kind];
    }
    function fail() {
      throw new Error(`Unexpected "${text}" at character ${TOKEN.lastIndex - text.length}`);
    }
    const is = (sign) => kind === 'sign' && text === sign;
    /** Comma-separated expressions up to `close`. */
    function list(close) {
      const items = [];
      for (advance(); !is(close);) {
        items.push(conditional());
        if (is(',')) advance();
        else if (!is(close)) fail();
      }
      advance();
      return items;
    }
    function constant(value) {
      advance();
      return () => value;
    }
    function regex() {
      REGEX.lastIndex = TOKEN.lastIndex;
      const [, body, flags] = REGEX.exec(source) ?? fail();
      TOKEN.lastIndex = REGEX.lastIndex;
      return constant(new RegExp(body, flags));
    }
    function primary() {
      const word = text;
      if (kind === 'number') return constant(Number(word));
      if (kind === 'string') {
        return constant(word.slice(1, -1).replace(/\\([^])/g, (_, char) => ESCAPES[char] ?? char));
      }
      if (kind === 'name' && LITERALS.has(word)) return constant(LITERALS.get(word));
      if (is('/')) return regex();
      if (is('(')) return list(')').at(-1) ?? fail();
      if (is('[')) {
        const items = list(']');
        return (scope) => items.map((item) => item(scope));
      }
      if (kind !== 'name' && kind !== 'at') fail();
      const isScope = kind === 'at';
      advance();
      if (isScope) return (scope) => scope[word.slice(1) || 'value'];
      return () => { throw new ReferenceError(`${word} is not defined`); };
    }
    /** A value with its `.name`, `[key]` and `(arguments)` suffixes. */
    function suffixed() {
      let value = primary();
      while (is('.') || is('[') || is('(')) {
        const target = value;
        if (is('(')) {
          const args = list(')');
          value = (scope) => target(scope)(...args.map((arg) => arg(scope)));
        } else {
          const key = is('.') ? memberName() : list(']').at(-1) ?? fail();
          value = (scope) => readMember(target(scope), key(scope));
        }
      }
      return value;
    }
    function memberName() {
      advance();
      return kind === 'name' ? constant(text) : fail();
    }
    function unary() {
      if ((kind !== 'sign' && kind !== 'name') || !own(UNARY, text)) return suffixed();
      const apply = UNARY[text];
      advance();
      const operand = unary();
      return (scope) => apply(operand(scope));
    }
    function binary(minimum) {
      let left = unary();
      while (kind === 'sign' && own(BINARY, text) && BINARY[text][0] >= minimum) {
        const [precedence, apply] = BINARY[text];
        const first = left;
        advance();
        const second = binary(precedence + 1);
        left = (scope) => apply(first(scope), () => second(scope));
      }
      return left;
    }
    function conditional() {
      const test = binary(1);
      if (is('=')) throw new SyntaxError('Invalid left-hand side in assignment');
      if (!is('?')) return test;
      advance();
      const yes = conditional();
      if (!is(':')) fail();
      advance();
      const no = conditional();
      return (scope) => (test(scope) ? yes(scope) : no(scope));
    }
    TOKEN.lastIndex = 0;
    advance();
    const parts = []; // several expressions in a row all run and the last one counts
    while (kind !== 'end') {
      parts.push(conditional());
      while (is(',') || is(';')) advance();
    }
    return (scope) => parts.reduce((_, part) => part(scope), undefined);
  }

  function evaluate(source, scope) {
    try {
      return cached(filterCache, source, compile)(scope);
    } catch (error) {
      throw new Error(`jsonPath: ${error.message}: ${source}`);
    }
  }

  /** All matches of `path` in `json`. What an absent document should mean is the caller's to decide. */
  function query(json, path) {
    if (typeof path !== 'string') throw new TypeError(`JSONPath must be a string, got ${typeof path}`);
    if (!json) return [];
    const { steps, plain } = cached(pathCache, path, parsePath);
    return plain ? queryPlain(json, steps) : queryGeneral(json, steps);
  }

  return { query };
})
