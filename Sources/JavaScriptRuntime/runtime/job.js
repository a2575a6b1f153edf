/**
 * What compiled job code calls: it registers operations, imports and exports, and defers what is chained to
 * an operation with `.then` and `.catch`.
 */
(function (JobsTypeError, adaptorModule, isThenable) {
  'use strict';

  /**
   * @param specs the adaptors whose names need no import statement.
   * @param findSpec finds another adaptor by its package name.
   */
  function makeJob(specs, findSpec = () => undefined) {
    const imported = new Set();
    const deferred = [];
    const exported = {};
    /** Promises whose own `then` or `catch` was called where an operation's would be. */
    const chained = new WeakSet();
    let listed;
    return {
      imported, deferred, exported,
      get listed() { return listed; },
      meta: Object.freeze({}),
      operation: (make, name, line) => deferred.push({ make, name, line }),
      default: value => { listed = { value }; },
      exports: values => Object.defineProperties(exported, Object.getOwnPropertyDescriptors(values)),
      exportAll: name => Object.assign(exported, importModule(name)),
      module: importModule,
      imports: name => {
        imported.add(findAdaptor(name));
        return importModule(name);
      },
      dynamicImport: async () => {
        throw new JobsTypeError('A dynamic import callback was not specified.');
      },
      // A promise is no operation: its `then` and `catch` are its own.
      chain: base => (isThenable(base) && typeof base !== 'function' ? base : new Chain(base)),
      defer: chain => {
        if (chain instanceof Chain) return chain.operation();
        chained.add(chain);
        return chain;
      },
      isChained: value => typeof value === 'object' && value !== null && chained.has(value),
    };

    function importModule(name) {
      if (name === '@openfn/runtime') return { defer };
      const spec = findAdaptor(name.replace(/(?!^)@[^/]*$/, ''));
      if (!spec) throw importError(`Failed to import module "${name}"`);
      return adaptorModule(spec);
    }

    function findAdaptor(name) {
      return specs.find(each => each.packageName === name) ?? findSpec(name);
    }
  }

  function importError(message) {
    return Object.assign(new Error(message), { name: 'ImportError', severity: 'crash' });
  }

  /** What stands between an operation and the `.then` and `.catch` written after it. */
  class Chain {
    #base; #recover; #links = [];
    constructor(base) { this.#base = base; }
    then(...handlers) { return this.#add('then', handlers); }
    finally(...handlers) { return this.#add('finally', handlers); }
    /** Next to the operation, `catch` also receives the state and guards the operation alone. */
    catch(...handlers) {
      if (this.#links.length || this.#recover) return this.#add('catch', handlers);
      this.#recover = handlers[0];
      return this;
    }
    operation() {
      const complete = promise => this.#links.reduce((p, [name, handlers]) => p[name](...handlers), promise);
      return defer(this.#base, complete, this.#recover);
    }
    #add(name, handlers) {
      this.#links.push([name, handlers]);
      return this;
    }
  }

  function defer(operation, complete = promise => promise, recover = error => { throw error; }) {
    return state => {
      try {
        return complete(Promise.resolve(operation(state)).catch(error => recover(error, state)));
      } catch (error) {
        return recover(error, state);
      }
    };
  }

  return { makeJob };
})
