/**
 * The helpers of DHIS2's `util` for job files: what they are given and give are the job's own values, functions and
 * identity included, which JSON would not keep.
 */
(function (resolvers, values) {
  'use strict';

  const { resolving } = resolvers;
  const { stringify } = values;

  /** A helper that needs the values of lazy arguments answers with a function of state, to be resolved where it stands. */
  const reading = helper => (...args) => (args.some(arg => typeof arg === 'function')
    ? state => resolving(state, args, resolved => helper(...resolved))
    : helper(...args));

  const attributes = entity => (Array.isArray(entity?.attributes) ? entity.attributes : []);

  /** A member that was not given is left out; one that is null stays. */
  const pair = (name, id, value) => ({ ...(id !== undefined && { [name]: id }), ...(value !== undefined && { value }) });

  return {
    'util.attr': (id, value) => pair('attribute', id, value),
    'util.dv': (id, value) => pair('dataElement', id, value),
    'util.findAttributeValue': reading((entity, name) => attributes(entity).find(
      each => typeof each?.displayName === 'string' && each.displayName.toLowerCase() === name.toLowerCase())?.value),
    'util.findAttributeValueById': reading((entity, id) => attributes(entity).find(each => each?.attribute === id)?.value),
    'util.prettyJson': reading(value => stringify(value, 2)),
    'util.ensureArray': reading((data, key) => ({ [key]: Array.isArray(data) ? data : [data] })),
  };
})
