/**
 * Puts a large document together from its parts, in the job's own context.
 */
(function () {
  'use strict';

  /** The containers that are open, from the outermost. */
  const open = [];
  let root;
  let key;

  function define(object, name, value) {
    if (name !== '__proto__') object[name] = value;
    // Assigned to, it would be no member.
    else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  }

  function enter(container) {
    const holder = open.at(-1);
    if (!holder) root = container;
    else if (Array.isArray(holder)) holder.push(container);
    else define(holder, key, container);
    open.push(container);
  }

  /** The children of a whole container become those of the open one. */
  function content(part) {
    const holder = open.at(-1);
    if (!holder) root = part;
    else if (Array.isArray(holder)) for (let i = 0; i < part.length; i++) holder.push(part[i]);
    else for (const name of Object.keys(part)) define(holder, name, part[name]);
  }

  return {
    openList: () => enter([]),
    openObject: () => enter({}),
    key: name => { key = name; },
    content,
    close: () => { open.pop(); },
    /** Lets go of a document that will not be complete. */
    clear: () => {
      open.length = 0;
      root = undefined;
    },
    /** The document; it is not held any longer. */
    root: () => {
      const made = root;
      root = undefined;
      return made;
    },
  };
})
