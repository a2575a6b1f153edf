/**
 * The system's JavaScript libraries, such as Debian's `node-lodash`, through the least of CommonJS that
 * they need.
 */
(function (host, globals) {
  'use strict';

  const loaded = new Map();
  /** Where a name leads, by the folder that asks for it. */
  const paths = new Map();
  /** What libraries find as the global object: `globals` in front of the real one. */
  const root = Object.assign(Object.create(globalThis), globals);

  /** What a library exports; `from`: the folder of the one that asks. */
  function library(name, from = '') {
    const wanted = `${from}\n${name}`;
    if (!paths.has(wanted)) paths.set(wanted, resolveLibrary(name, from));
    const path = paths.get(wanted);
    if (!loaded.has(path)) {
      const module = { exports: {} };
      loaded.set(path, module);
      if (path.endsWith('.json')) module.exports = JSON.parse(host.readLibrary(path));
      else run(module, path);
    }
    return loaded.get(path).exports;
  }

  function run(module, path) {
    const text = host.readLibrary(path);
    const wrapper = host.evaluate(`(function(module,exports,require,global,globalThis){${text}\n})`, path);
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    wrapper.call(module.exports, module, module.exports, wanted => library(wanted, folder), root, root);
  }

  function resolveLibrary(name, from) {
    if (name.startsWith('.')) return fileAt(joined(from + name));
    const folder = name.replace(/\/$/, '');
    if (/^(@[^/]+\/)?[^/]+\/./.test(folder)) return fileAt(folder);
    const { main = 'index.js' } = JSON.parse(host.readLibrary(`${folder}/package.json`));
    return fileAt(joined(`${folder}/${main}`));
  }

  /** The path without `.` and `..`. */
  function joined(path) {
    const parts = [];
    for (const part of path.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    }
    return parts.join('/');
  }

  /** The file that is meant by a path, which may lack its ending or name a folder. */
  function fileAt(path) {
    if (/\.js(on)?$/.test(path)) return path;
    return exists(`${path}.js`) ? `${path}.js` : `${path}/index.js`;
  }

  function exists(path) {
    try {
      return host.readLibrary(path) !== undefined;
    } catch {
      return false;
    }
  }

  return { library };
})
