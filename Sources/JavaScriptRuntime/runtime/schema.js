/**
 * Checks data against JSON Schemas: draft-07 with Debian's `node-ajv`, 2019-09 and 2020-12 with our own
 * evaluator (`jsonschema.js`).
 *
 * It lives in a global context of its own, where code may be made from text, as the library does from
 * schemas. Only JSON text goes in and out. The library's major version is 6; its errors are put into the
 * words of 8, which OpenFn has.
 */
(function (host, makeLibraries) {
  'use strict';

  const { library } = makeLibraries(host);
  const compiled = new Map();

  /** The errors of data as JSON text; undefined when it is valid. */
  function validate(schema, data) {
    try {
      if (!compiled.has(schema)) compiled.set(schema, compile(JSON.parse(schema)));
      const errors = compiled.get(schema)(JSON.parse(data));
      return errors && JSON.stringify(errors);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Error('schema or data are nested too deeply, or the schema leads back to itself without end');
    }
  }

  /** A function of data that answers its errors. `$schema` tells the draft by its year; all others are draft-07. */
  function compile(schema) {
    const [year] = /20(?:19|20)(?=-)/.exec(schema.$schema) ?? [];
    return year === undefined ? compileDraft07(schema) : evaluator().compile(schema, year);
  }

  let made;

  function evaluator() {
    made ??= host.script('jsonschema')(library('uri-js').resolve, library('./lib/compile/formats', 'ajv/')('fast'));
    return made;
  }

  // ---- draft-07

  /** The formats of the draft that ajv 6 does not know; other unknown names are mistakes. */
  const unknownFormats = ['idn-email', 'idn-hostname', 'iri', 'iri-reference'];

  function compileDraft07(schema) {
    if (!String(schema.$schema).includes('draft-07')) delete schema.$schema;
    const Ajv = library('ajv');
    const ajv = new Ajv({
      jsonPointers: true, logger: false, extendRefs: true, nullable: true, multipleOfPrecision: 9, ownProperties: true,
      unknownFormats, validateSchema: false,
    });
    if (!ajv.validateSchema(schema)) throw invalidSchema(ajv.errors.map(inWordsOf8));
    const check = ajv.compile(schema);
    return data => (check(data) ? undefined : check.errors.map(inWordsOf8));
  }

  /** As ajv words it. */
  function invalidSchema(errors) {
    const texts = errors.map(({ instancePath, message }) => `data${instancePath} ${message}`);
    return new Error(`schema is invalid: ${texts.join(', ')}`);
  }

  function inWordsOf8({ dataPath, schemaPath, keyword, params, message, propertyName }) {
    return {
      instancePath: dataPath, schemaPath, keyword, params: params8(keyword, params),
      message: message8(keyword, params, message), propertyName,
    };
  }

  function params8(keyword, { exclusive, ...params }) {
    if (keyword === 'contains') return { minContains: 1 };
    if (keyword === 'type' && params.type.includes(',')) return { type: params.type.split(',') };
    return params;
  }

  function message8(keyword, params, message) {
    switch (keyword) {
      case 'minLength': return `must NOT have fewer than ${params.limit} characters`;
      case 'maxLength': return `must NOT have more than ${params.limit} characters`;
      case 'anyOf': return 'must match a schema in anyOf';
      case 'contains': return 'must contain at least 1 valid item(s)';
      case 'propertyNames': return 'property name must be valid';
      default: return message.replace(/^should /, 'must ');
    }
  }

  return validate;
})
