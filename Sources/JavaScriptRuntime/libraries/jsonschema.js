/**
 * JSON Schema, drafts 2019-09 and 2020-12: the core, applicator, validation and unevaluated vocabularies.
 *
 * A document is indexed (`$id`, anchors), checked against its metaschema, and each of its schemas becomes a
 * list of steps. Order, paths and words of the errors are those of ajv 8: the first error counts, and anyOf,
 * oneOf and propertyNames list what their branches found before they say so themselves.
 */
(function (resolveURI, knownFormats) {
  'use strict';

  const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
  const isSchema = value => isObject(value) || typeof value === 'boolean';
  const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
  const list = value => (value === undefined ? [] : [].concat(value));
  const regex = source => new RegExp(source, 'u');

  // ---- Values

  const TYPES = {
    array: Array.isArray,
    boolean: value => typeof value === 'boolean',
    integer: Number.isInteger,
    null: value => value === null,
    number: value => typeof value === 'number',
    object: isObject,
    string: value => typeof value === 'string',
  };

  const sorted = object => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

  /** A text that is the same for equal JSON values. */
  const canonical = value => JSON.stringify(value, (_, item) => (isObject(item) ? sorted(item) : item));

  /** By the decimal digits, because 0.3 / 0.1 is no whole number in binary. */
  function isMultiple(value, divisor) {
    if (value % divisor === 0) return true;
    if (!Number.isFinite(value)) return false;
    const [a, b] = [value, divisor].map(decimal);
    const shift = Math.min(a.exponent, b.exponent);
    const scaled = ({ digits, exponent }) => digits * 10n ** BigInt(exponent - shift);
    return scaled(a) % scaled(b) === 0n;
  }

  function decimal(number) {
    const [, whole, fraction = '', exponent = 0] = /^(-?\d+)(?:\.(\d+))?(?:e(.+))?$/.exec(String(number));
    return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
  }

  /** Two equal items, found in ajv's order, which is another one for lists of scalars. */
  function duplicates(items, types) {
    const isScalar = types.length > 0 && !types.some(type => type === 'object' || type === 'array');
    const seen = new Map();
    let found;
    for (let step = 0; step < items.length; step++) {
      const i = isScalar ? items.length - 1 - step : step;
      if (isScalar && !types.some(type => TYPES[type](items[i]))) continue;
      const key = canonical(items[i]);
      if (seen.has(key)) found = { i, j: seen.get(key) };
      if (found && isScalar) break;
      seen.set(key, i);
    }
    return found;
  }

  const formats = { ...knownFormats, regex: isRegex };
  /** Formats of the standard that nothing here checks. */
  const UNCHECKED = ['duration', 'idn-email', 'idn-hostname', 'iri', 'iri-reference'];

  function isRegex(text) {
    try {
      return Boolean(regex(text));
    } catch {
      return false;
    }
  }

  function formatTest(name) {
    if (UNCHECKED.includes(name)) return () => true;
    if (!own(formats, name)) throw new Error(`unknown format "${name}" is used in the schema`);
    const test = formats[name];
    return test instanceof RegExp ? text => test.test(text) : test;
  }

  // ---- Application
  //
  // A frame is one schema applied to one value: where both are, what was evaluated of the value, the resources
  // entered so far (`scope`), the references followed since the value was entered, and whether a branch may
  // still be given up (`composite`).

  function holds(frame) {
    const { schema, scope, run: { document } } = frame;
    if (typeof schema === 'boolean') return schema || fail(frame, 'false schema', 'boolean schema is false');
    const resource = document.homes.get(schema);
    if (scope?.resource !== resource) frame.scope = { resource, up: scope };
    frame.evaluated = document.isTracking ? new Set() : undefined;
    return document.steps.get(schema).every(step => step(frame));
  }

  /** Applies a schema to the same value. */
  function inPlace(frame, schema, schemaAt, changes) {
    const inner = { ...frame, schema, schemaAt, ...changes };
    if (!holds(inner)) return false;
    if (frame.evaluated) for (const key of inner.evaluated) frame.evaluated.add(key);
    return true;
  }

  const branch = (frame, keyword, schema, key) =>
    inPlace(frame, schema, { up: frame.schemaAt, keyword, key }, { composite: true });
  const part = (frame, keyword, schema, key) => inPlace(frame, schema, { up: frame.schemaAt, keyword, key });

  /** Applies a schema to an item or a property. */
  function descend(frame, keyword, schema, key, schemaKey, composite = frame.composite) {
    return holds({
      ...frame, schema, composite, data: frame.data[key], at: { up: frame.at, key }, followed: undefined,
      schemaAt: { up: frame.schemaAt, keyword, key: schemaKey },
    });
  }

  /** The same, for keywords that count as an evaluation whatever comes out. */
  function evaluate(frame, keyword, schema, key, schemaKey) {
    frame.evaluated?.add(key);
    return descend(frame, keyword, schema, key, schemaKey);
  }

  /** Follows a reference; what ajv makes a function of its own has paths of its own. */
  function follow(frame, target, ref, isFunction) {
    frame.run.document.prepare(target);
    for (let step = frame.followed; step; step = step.up) {
      if (step.target === target) throw new Error(`schema is invalid: ${ref} leads back to itself without end`);
    }
    return inPlace(frame, target, { base: isFunction ? '#' : ref }, {
      followed: { target, up: frame.followed },
      ...(isFunction && { composite: false, propertyName: undefined }),
    });
  }

  /** As in ajv: schemas without them are taken over where they are referred to. */
  const REFERENCES = ['$ref', '$recursiveRef', '$recursiveAnchor', '$dynamicRef', '$dynamicAnchor'];
  const hasReferences = value => typeof value === 'object' && value !== null &&
    (REFERENCES.some(key => own(value, key)) || Object.values(value).some(hasReferences));

  function outermost(scope, find) {
    let found;
    for (; scope; scope = scope.up) found = find(scope.resource) ?? found;
    return found;
  }

  function fail({ run, at, schemaAt, propertyName }, keyword, message, params = {}) {
    const schemaPath = `${pathOf(schemaAt)}/${keyword}`;
    run.errors.push({ instancePath: pointer(at), schemaPath, keyword, params, message, propertyName });
    return false;
  }

  const escaped = key => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  const pointer = at => (at ? `${pointer(at.up)}/${escaped(at.key)}` : '');

  function pathOf({ base, up, keyword, key }) {
    if (base !== undefined) return base;
    return `${pathOf(up)}/${keyword}${key === undefined ? '' : `/${encodeURIComponent(escaped(key))}`}`;
  }

  // ---- Keywords: each makes a check of frames from its value, the schema around it and the document

  const simple = (test, message, params) => value => {
    const passes = test(value);
    return (frame, keyword) => passes(frame.data) || fail(frame, keyword, message(value), params(value));
  };

  const limit = (comparison, compare) => simple(
    bound => data => compare(data, bound), bound => `must be ${comparison} ${bound}`,
    bound => ({ comparison, limit: bound }),
  );

  const atMost = (measure, noun) => simple(
    most => data => measure(data) <= most, most => `must NOT have more than ${most} ${noun}`,
    most => ({ limit: most }),
  );

  const atLeast = (measure, noun) => simple(
    least => data => measure(data) >= least, least => `must NOT have fewer than ${least} ${noun}`,
    least => ({ limit: least }),
  );

  const number = {
    maximum: limit('<=', (a, b) => a <= b),
    minimum: limit('>=', (a, b) => a >= b),
    exclusiveMaximum: limit('<', (a, b) => a < b),
    exclusiveMinimum: limit('>', (a, b) => a > b),
    multipleOf: simple(
      divisor => data => isMultiple(data, divisor), divisor => `must be multiple of ${divisor}`,
      divisor => ({ multipleOf: divisor }),
    ),
  };

  const codePoints = text => [...text].length;
  const string = {
    maxLength: atMost(codePoints, 'characters'),
    minLength: atLeast(codePoints, 'characters'),
    pattern: simple(
      source => { const compiled = regex(source); return text => compiled.test(text); },
      source => `must match pattern "${source}"`, pattern => ({ pattern }),
    ),
    format: simple(formatTest, name => `must match format "${name}"`, format => ({ format })),
  };

  const recursiveReference = {
    $recursiveRef(ref, schema, document) {
      const target = document.resolve(ref, schema);
      const anchored = ({ root }) => (root.$recursiveAnchor === true ? root : undefined);
      const isDynamic = target.$recursiveAnchor === true;
      return frame => follow(frame, (isDynamic && outermost(frame.scope, anchored)) || target, ref, true);
    },
  };

  const dynamicReference = {
    $dynamicRef(ref, schema, document) {
      const target = document.resolve(ref, schema);
      const name = ref.split('#')[1];
      const anchored = ({ dynamicAnchors }) => dynamicAnchors.get(name);
      const isDynamic = name && target.$dynamicAnchor === name;
      return frame => follow(frame, (isDynamic && outermost(frame.scope, anchored)) || target, ref, true);
    },
  };

  const any = {
    $ref(ref, schema, document) {
      const target = document.resolve(ref, schema);
      const isFunction = hasReferences(target);
      return frame => follow(frame, target, ref, isFunction);
    },
    const: simple(
      value => { const text = canonical(value); return data => canonical(data) === text; },
      () => 'must be equal to constant', value => ({ allowedValue: value }),
    ),
    enum: simple(
      values => { const texts = new Set(values.map(canonical)); return data => texts.has(canonical(data)); },
      () => 'must be equal to one of the allowed values', values => ({ allowedValues: values }),
    ),
    not: schema => (frame, keyword) => {
      const { errors } = frame.run;
      const start = errors.length;
      if (branch(frame, keyword, schema)) return fail(frame, keyword, 'must NOT be valid');
      errors.length = start;
      return true;
    },
    anyOf: schemas => (frame, keyword) => {
      const { errors, document } = frame.run;
      const start = errors.length;
      let matches = false;
      schemas.forEach((schema, i) => {
        // The other branches are asked for what they evaluate.
        if (!matches || document.isTracking) matches = branch(frame, keyword, schema, i) || matches;
      });
      if (!matches) return fail(frame, keyword, 'must match a schema in anyOf');
      errors.length = start;
      return true;
    },
    oneOf: schemas => (frame, keyword) => {
      const { errors } = frame.run;
      const start = errors.length;
      const passing = [];
      schemas.forEach((schema, i) => {
        if (passing.length < 2 && branch(frame, keyword, schema, i)) passing.push(i);
      });
      if (passing.length === 1) errors.length = start;
      return passing.length === 1 || fail(frame, keyword, 'must match exactly one schema in oneOf',
        { passingSchemas: passing.length ? passing : null });
    },
    allOf: schemas => (frame, keyword) => schemas.every((schema, i) => part(frame, keyword, schema, i)),
    if: (schema, around) => (frame, keyword) => {
      const { errors } = frame.run;
      const start = errors.length;
      const clause = branch(frame, keyword, schema) ? 'then' : 'else';
      errors.length = start;
      if (around[clause] === undefined || part(frame, clause, around[clause])) return true;
      return frame.composite &&
        fail(frame, keyword, `must match "${clause}" schema`, { failingKeyword: clause });
    },
  };

  const tooMany = (frame, keyword, count) =>
    fail(frame, keyword, `must NOT have more than ${count} items`, { limit: count });

  const tuple = schemas => (frame, keyword) =>
    schemas.every((schema, i) => i >= frame.data.length || evaluate(frame, keyword, schema, i, i));

  /** The items after those of a tuple, if there is one. */
  const rest = (schema, before) => (frame, keyword) => {
    const start = before?.length ?? 0;
    if (before && schema === false && frame.data.length > start) return tooMany(frame, keyword, start);
    for (let i = start; i < frame.data.length; i++) {
      if (!evaluate(frame, keyword, schema, i)) return false;
    }
    return true;
  };

  /** Only 2020-12 counts the items found as evaluated. */
  const contains = marks => (schema, { minContains: min = 1, maxContains: max }) => {
    const message = `must contain at least ${min}${max === undefined ? '' : ` and no more than ${max}`} valid item(s)`;
    return (frame, keyword) => {
      const { run: { errors, document }, data, composite } = frame;
      const start = errors.length;
      const isDone = count => (max === undefined ? count >= min && !document.isTracking : count > max);
      let count = 0;
      for (let i = 0; i < data.length && !isDone(count); i++) {
        if (!descend(frame, keyword, schema, i, undefined, true)) continue;
        if (marks) frame.evaluated?.add(i);
        count++;
      }
      const isValid = count >= min && count <= (max ?? count);
      if (isValid || !composite) errors.length = start;
      return isValid || fail(frame, keyword, message, { minContains: min, maxContains: max });
    };
  };

  const uniqueItems = (value, { items }) => (frame, keyword) => {
    const found = value && duplicates(frame.data, list(items?.type));
    return !found || fail(frame, keyword,
      `must NOT have duplicate items (items ## ${found.j} and ${found.i} are identical)`, found);
  };

  const unevaluatedItems = schema => (frame, keyword) => frame.data.every((_, i) => {
    if (frame.evaluated.has(i)) return true;
    return schema === false ? tooMany(frame, keyword, i) : evaluate(frame, keyword, schema, i);
  });

  const listLimits = {
    maxItems: atMost(data => data.length, 'items'),
    minItems: atLeast(data => data.length, 'items'),
  };
  const array2019 = {
    ...listLimits,
    additionalItems: (schema, { items }) => (Array.isArray(items) ? rest(schema, items) : () => true),
    items: value => (Array.isArray(value) ? tuple(value) : rest(value)),
    contains: contains(false),
    uniqueItems,
    unevaluatedItems,
  };
  const array2020 = {
    ...listLimits,
    prefixItems: tuple,
    items: (schema, { prefixItems }) => rest(schema, prefixItems),
    contains: contains(true),
    uniqueItems,
    unevaluatedItems,
  };

  /** Properties that need others. */
  const dependentRequired = needs => (frame, keyword) => Object.entries(needs).every(([property, names]) => {
    const missingProperty = own(frame.data, property) && names.find(name => !own(frame.data, name));
    if (typeof missingProperty !== 'string') return true;
    const deps = names.join(', ');
    return fail(frame, keyword,
      `must have ${names.length === 1 ? 'property' : 'properties'} ${deps} when property ${property} is present`,
      { property, missingProperty, depsCount: names.length, deps });
  });

  const dependentSchemas = schemas => (frame, keyword) => Object.entries(schemas).every(([property, schema]) =>
    !own(frame.data, property) || part(frame, keyword, schema, property));

  /** Both kinds under one name, as before 2019. */
  function dependencies(value) {
    const isList = ([, needed]) => Array.isArray(needed);
    const entries = Object.entries(value);
    const lists = dependentRequired(Object.fromEntries(entries.filter(isList)));
    const schemas = dependentSchemas(Object.fromEntries(entries.filter(entry => !isList(entry))));
    return (frame, keyword) => lists(frame, keyword) && schemas(frame, keyword);
  }

  /** Every property that `isChosen` takes must hold; `false` is an error of its own. */
  const others = (schema, isChosen, message, param) => (frame, keyword) =>
    Object.keys(frame.data).every(key => {
      if (!isChosen(key, frame)) return true;
      if (schema === false) return fail(frame, keyword, message, { [param]: key });
      return evaluate(frame, keyword, schema, key);
    });

  const object = {
    maxProperties: atMost(data => Object.keys(data).length, 'properties'),
    minProperties: atLeast(data => Object.keys(data).length, 'properties'),
    required: names => (frame, keyword) => {
      const missingProperty = names.find(name => !own(frame.data, name));
      return missingProperty === undefined ||
        fail(frame, keyword, `must have required property '${missingProperty}'`, { missingProperty });
    },
    propertyNames: schema => (frame, keyword) => Object.keys(frame.data).every(key => holds({
      ...frame, schema, data: key, propertyName: key, composite: true, followed: undefined,
      schemaAt: { up: frame.schemaAt, keyword },
    }) || fail(frame, keyword, 'property name must be valid', { propertyName: key })),
    additionalProperties(schema, { properties = {}, patternProperties = {} }) {
      const patterns = Object.keys(patternProperties).map(regex);
      const isAdditional = key => !own(properties, key) && !patterns.some(pattern => pattern.test(key));
      return others(schema, isAdditional, 'must NOT have additional properties', 'additionalProperty');
    },
    dependencies,
    properties: schemas => (frame, keyword) => Object.entries(schemas).every(([key, schema]) =>
      !own(frame.data, key) || evaluate(frame, keyword, schema, key, key)),
    patternProperties(schemas) {
      const entries = Object.entries(schemas).map(([source, schema]) => [source, regex(source), schema]);
      return (frame, keyword) => entries.every(([source, pattern, schema]) =>
        Object.keys(frame.data).every(key =>
          !pattern.test(key) || evaluate(frame, keyword, schema, key, source)));
    },
    dependentRequired,
    dependentSchemas,
    unevaluatedProperties: schema => others(schema, (key, frame) => !frame.evaluated.has(key),
      'must NOT have unevaluated properties', 'unevaluatedProperty'),
  };

  // ---- Steps of a schema

  /** All keywords in ajv's order. */
  const groupsWith = (reference, array) => [
    { type: 'number', rules: number },
    { type: 'string', rules: string },
    { rules: { ...reference, ...any } },
    { type: 'array', rules: array },
    { type: 'object', rules: object },
  ];

  function wrongType(frame) {
    const { type } = frame.schema;
    return fail(frame, 'type', `must be ${list(type).join(',')}`, { type });
  }

  /** A single type is checked where its own keywords are, all others first. */
  function stepsOf(schema, document) {
    const types = [...list(schema.type), ...(schema.nullable === true ? ['null'] : [])];
    const groups = document.draft.groups
      .map(({ type, rules }) => ({ type, checks: checksOf(rules, schema, document) }))
      .filter(({ checks }) => checks.length > 0);
    const late = groups.find(({ type }) => types.length === 1 && type === types[0]);
    const steps = groups.map(({ type, checks }) => frame => {
      if (type === undefined || TYPES[type](frame.data)) return checks.every(check => check(frame));
      return type !== late?.type || wrongType(frame);
    });
    if (schema.type === undefined || late) return steps;
    return [frame => types.some(type => TYPES[type](frame.data)) || wrongType(frame), ...steps];
  }

  const checksOf = (rules, schema, document) => Object.keys(rules).filter(keyword => own(schema, keyword))
    .map(keyword => {
      const check = rules[keyword](schema[keyword], schema, document);
      return frame => check(frame, keyword);
    });

  // ---- Documents

  /** Keywords that hold schemas: as such or in lists, as properties, and as properties that nothing applies. */
  const SCHEMAS = [
    'additionalItems', 'additionalProperties', 'allOf', 'anyOf', 'contains', 'else', 'if', 'items', 'not', 'oneOf',
    'prefixItems', 'propertyNames', 'then', 'unevaluatedItems', 'unevaluatedProperties',
  ];
  const SCHEMA_MAPS = ['dependencies', 'dependentSchemas', 'patternProperties', 'properties'];
  const DEFINITIONS = ['$defs', 'definitions'];

  const mapped = (schema, keywords) => keywords.flatMap(keyword => Object.values(schema[keyword] ?? {}));
  const applied = schema =>
    [...SCHEMAS.flatMap(keyword => list(schema[keyword])), ...mapped(schema, SCHEMA_MAPS)];

  class Document {
    homes = new Map(); // schema to its resource
    steps = new Map();
    resources = new Map(); // by URI
    isTracking = false;

    constructor(draft) {
      this.draft = draft;
      this.add(draft.metaschema);
    }

    add(schema) {
      this.index(schema, this.resource('', schema));
      this.prepare(schema);
    }

    /** Throws unless the metaschema is met. */
    ensureSchema(schema) {
      const errors = this.errors(schema, this.draft.metaschema);
      if (!errors) return;
      const texts = errors.map(({ instancePath, message }) => `data${instancePath} ${message}`);
      throw new Error(`schema is invalid: ${texts.join(', ')}`);
    }

    /** Makes the steps of a schema and of all it applies, so that mistakes show before there is data. */
    prepare(schema) {
      if (!isObject(schema) || this.steps.has(schema)) return;
      this.steps.set(schema, []); // references may come back here
      this.steps.set(schema, stepsOf(schema, this));
      for (const inner of applied(schema)) this.prepare(inner);
    }

    resource(uri, root) {
      const resource = { uri, root, anchors: new Map(), dynamicAnchors: new Map() };
      this.resources.set(uri, resource);
      return resource;
    }

    index(schema, outer) {
      if (!isObject(schema)) return;
      const { $id, $anchor, $dynamicAnchor } = schema;
      const home = $id === undefined ? outer : this.resource(resolveURI(outer.uri, $id).replace(/#$/, ''), schema);
      this.homes.set(schema, home);
      this.isTracking ||= own(schema, 'unevaluatedItems') || own(schema, 'unevaluatedProperties');
      for (const anchor of [$anchor, $dynamicAnchor]) if (anchor !== undefined) home.anchors.set(anchor, schema);
      if ($dynamicAnchor !== undefined) home.dynamicAnchors.set($dynamicAnchor, schema);
      for (const inner of [...applied(schema), ...mapped(schema, DEFINITIONS)]) this.index(inner, home);
    }

    /** The schema that a reference in another one means. */
    resolve(ref, schema) {
      const { uri } = this.homes.get(schema);
      const [address, fragment = ''] = resolveURI(uri, ref).split('#');
      const resource = this.resources.get(address);
      const name = decodeURIComponent(fragment);
      const isPointer = name === '' || name.startsWith('/');
      const target = resource && (isPointer ? this.located(resource, name) : resource.anchors.get(name));
      if (!isSchema(target)) throw new Error(`can't resolve reference ${ref} from id ${uri || '#'}`);
      this.prepare(target);
      return target;
    }

    located(resource, path) {
      let found = resource.root;
      let home = resource;
      for (const token of path.split('/').slice(1)) {
        const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
        if (typeof found !== 'object' || found === null || !own(found, key)) return undefined;
        found = found[key];
        home = this.homes.get(found) ?? home;
      }
      if (isObject(found) && !this.homes.has(found)) {
        this.ensureSchema(found);
        this.index(found, home);
      }
      return found;
    }

    /** What is wrong with data under a schema of the document; undefined when nothing is. */
    errors(data, schema) {
      const run = { document: this, errors: [] };
      const isValid = holds({ run, schema, data, schemaAt: { base: '#' }, composite: false });
      return isValid ? undefined : run.errors;
    }
  }

  // ---- Drafts

  /** What the keywords of a draft must look like, as far as wrong ones would mislead. */
  function metaschema($id, self, special) {
    const strings = { type: 'array', items: { type: 'string' }, uniqueItems: true };
    const count = { type: 'integer', minimum: 0 };
    const schemas = { type: 'array', minItems: 1, items: self };
    const map = { type: 'object', additionalProperties: self };
    const text = { type: 'string' };
    const flag = { type: 'boolean' };
    const types = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };
    const all = (value, keywords) => Object.fromEntries(keywords.split(' ').map(keyword => [keyword, value]));
    return {
      $id, type: ['object', 'boolean'],
      ...special.root,
      properties: {
        $id: { type: 'string', format: 'uri-reference', pattern: '^[^#]*#?$' },
        ...all(text, '$schema $comment title description contentEncoding contentMediaType format'),
        $ref: { type: 'string', format: 'uri-reference' },
        ...all(flag, 'uniqueItems deprecated readOnly writeOnly nullable'),
        ...all(self, 'additionalProperties contains contentSchema else if not propertyNames then unevaluatedItems'),
        ...all(self, 'unevaluatedProperties'),
        ...all(schemas, 'allOf anyOf oneOf'),
        ...all(map, '$defs definitions dependentSchemas properties'),
        patternProperties: { ...map, propertyNames: { format: 'regex' } },
        ...all(count, 'maxItems minItems maxLength minLength maxProperties minProperties maxContains minContains'),
        ...all({ type: 'number' }, 'maximum minimum exclusiveMaximum exclusiveMinimum'),
        multipleOf: { type: 'number', exclusiveMinimum: 0 },
        pattern: { type: 'string', format: 'regex' },
        required: strings,
        dependentRequired: { type: 'object', additionalProperties: strings },
        dependencies: { type: 'object', additionalProperties: { anyOf: [self, strings] } },
        enum: { type: 'array' },
        examples: { type: 'array' },
        type: { anyOf: [types, { type: 'array', items: types, minItems: 1, uniqueItems: true }] },
        ...special.properties(self, schemas),
      },
    };
  }

  const DRAFTS = {
    2019: {
      groups: groupsWith(recursiveReference, array2019),
      metaschema: metaschema('https://json-schema.org/draft/2019-09/schema', { $recursiveRef: '#' }, {
        root: { $recursiveAnchor: true },
        properties: (self, schemas) => ({
          $anchor: { type: 'string', pattern: '^[A-Za-z][-A-Za-z0-9.:_]*$' },
          $recursiveRef: { type: 'string', format: 'uri-reference' },
          $recursiveAnchor: { type: 'boolean' },
          additionalItems: self,
          items: { anyOf: [self, schemas] },
        }),
      }),
    },
    2020: {
      groups: groupsWith(dynamicReference, array2020),
      metaschema: metaschema('https://json-schema.org/draft/2020-12/schema', { $dynamicRef: '#meta' }, {
        root: { $dynamicAnchor: 'meta' },
        properties: (self, schemas) => ({
          $anchor: { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' },
          $dynamicAnchor: { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' },
          $dynamicRef: { type: 'string', format: 'uri-reference' },
          prefixItems: schemas,
          items: self,
        }),
      }),
    },
  };

  /** A function of data that answers its errors, or undefined. */
  function compile(schema, year) {
    const document = new Document(DRAFTS[year]);
    document.ensureSchema(schema);
    document.add(schema);
    return data => document.errors(data, schema);
  }

  return { compile };
})
