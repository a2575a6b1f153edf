/**
 * Checks data against JSON Schemas (draft-07) with Debian's `node-ajv`.
 *
 * It lives in a global context of its own, where code may be made from text, as the library does from
 * schemas. Only JSON text goes in and out. The library's major version is 6; its errors are put into the
 * words of 8, which OpenFn has.
 */
(function (host, makeLibraries) {
  'use strict';

  const Ajv = makeLibraries(host).library('ajv');
  const compiled = new Map();

  /** The errors of data as JSON text; undefined when it is valid. */
  function validate(schema, data) {
    if (!compiled.has(schema)) compiled.set(schema, compile(JSON.parse(schema)));
    const check = compiled.get(schema);
    return check(JSON.parse(data)) ? undefined : JSON.stringify(check.errors.map(inWordsOf8));
  }

  /** Other drafts are read as draft-07. */
  function compile(schema) {
    if (typeof schema.$schema === 'string' && !schema.$schema.includes('draft-07')) delete schema.$schema;
    return new Ajv({ jsonPointers: true, logger: false }).compile(schema);
  }

  function inWordsOf8({ dataPath, schemaPath, keyword, params, message }) {
    return {
      instancePath: dataPath, schemaPath, keyword, params: params8(keyword, params),
      message: message8(keyword, params, message),
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
