/**
 * The modules that a job can import: what each adaptor exports.
 */
(function (host, kit, native, values, reduce) {
  'use strict';

  const { operation, nativeFunction } = native;
  const { lazily, structured } = values;

  let common;
  const made = new Map();

  /** The module of an adaptor, made when it is first imported. */
  function adaptorModule(spec) {
    common ??= host.script('common')(kit);
    if (!made.has(spec)) made.set(spec, makeModule(spec));
    return made.get(spec);
  }

  /** What `import * from` an adaptor gives: native operations and functions, and some of common. */
  function makeModule(spec) {
    const exports = {};
    const everything = spec.common.includes('*');
    const xml = lazily(() => kit.xml(exports));
    const database = lazily(() => kit.database(reduce, exports));
    /** What an adaptor may have beyond what common exports. */
    const beyondCommon = {
      paginate: () => ({ paginate: kit.paginate((...args) => exports.get(...args)) }),
      parseXML: xml, 'util.xmlParser': xml,
      transaction: database, query: database,
    };
    for (const name of everything ? Object.keys(common) : spec.common) {
      const source = beyondCommon[name]?.() ?? common;
      const [space, member] = name.split('.');
      if (member) place(exports, name, source[space][member]);
      else Object.defineProperty(exports, name, Object.getOwnPropertyDescriptor(source, name));
    }
    exports.execute = (...operations) => state => reduce(operations, withInitialState(spec, state));
    spec.operations.forEach((name, index) => place(exports, name, operation(spec, index)));
    const helpers = spec.name === 'dhis2' ? kit.dhis2() : {};
    spec.functions.forEach((name, index) => place(exports, name, helpers[name] ?? nativeFunction(spec, index)));
    if (everything) kit.request = plainRequest(exports.http.request);
    // Not enumerable: `export *` leaves it out.
    return Object.defineProperty(exports, 'default', { value: exports });
  }

  /** A request as a plain function, from the operation: it answers the response with its body. */
  function plainRequest(operation) {
    return async (...args) => {
      const { data, response } = await operation(...args)({});
      return { ...response, body: data };
    };
  }

  /** Puts a value at a dotted name; a namespace of common is extended and not changed. */
  function place(exports, name, value) {
    const parts = name.split('.');
    const last = parts.pop();
    for (const part of parts) {
      exports[part] = Object.assign(Object.create(null), exports[part]);
      exports = exports[part];
    }
    exports[last] = exports[last] ? Object.assign(value, exports[last]) : value;
  }

  function withInitialState(spec, state) {
    return Object.keys(spec.initialState).length ? { ...structured(spec.initialState), ...state } : state;
  }

  return { adaptorModule, withInitialState };
})
