/**
 * The system's JavaScript libraries, such as Debian's `node-lodash`, through the least of CommonJS that
 * they need.
 */
(function (host) {
  'use strict';

  const loaded = new Map();

  /** Debian's node packages, through the least of CommonJS that they need. */
  function library(name, from = '') {
    const path = resolveLibrary(name, from);
    if (!loaded.has(path)) {
      const module = { exports: {} };
      loaded.set(path, module);
      const wrapper = host.evaluate(`(function(module,exports,require,global){${host.readLibrary(path)}\n})`, path);
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      wrapper.call(module.exports, module, module.exports, wanted => library(wanted, folder), globalThis);
    }
    return loaded.get(path).exports;
  }

  function resolveLibrary(name, from) {
    if (name.startsWith('.')) return from + name.replace(/^\.\//, '').replace(/(\.js)?$/, '.js');
    const manifest = host.readLibrary(`${name.replace(/\/$/, '')}/package.json`);
    const main = JSON.parse(manifest).main ?? 'index.js';
    return `${name.replace(/\/$/, '')}/${main.replace(/^\.\//, '').replace(/(\.js)?$/, '.js')}`;
  }

  return { library };
})
