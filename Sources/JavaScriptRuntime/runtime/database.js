/**
 * Operations of a database that run others: `transaction(...operations)` and `query(sql, options, callback)`.
 */
(function (kit, reduce, database) {
  'use strict';

  const { aside, isPlain, resolving, composeNextState } = kit;
  const problem = (name, message) => kit.markAdaptorError(new kit.Error(message), name);

  // ---- Transactions

  /** Serialization failures and deadlocks: the transaction may well succeed next time. */
  const TRANSIENT = new Set(['40001', '40P01']);
  /** What a statement gets after another one has failed. */
  const ABORTED = '25P02';
  /** Errors that have undone a whole transaction. */
  const outermost = new WeakSet();

  /**
   * Runs operations that happen together or not at all; one inside of another is a savepoint. The last argument may
   * be `{ isolation, attempts }`.
   */
  function transaction(...operations) {
    const { isolation, attempts = 3 } = isPlain(operations.at(-1)) ? operations.pop() : {};
    if (operations.some(operation => typeof operation !== 'function')) {
      throw problem('transaction', 'transaction takes operations, and options as the last argument');
    }
    if (!(Number.isInteger(attempts) && attempts >= 1)) {
      throw problem('transaction', `attempts is a whole number from 1 on, found ${String(attempts)}`);
    }
    return async state => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await together('transaction', isolation, state, () => reduce(operations, { ...state }));
        } catch (error) {
          if (!outermost.has(error) || attempt >= attempts || !TRANSIENT.has(error.code)) throw error;
          kit.log('warn', `transaction failed with ${error.code}; trying again`);
        }
      }
    };
  }

  /** What `body` does happens as a whole or not at all. */
  async function together(name, isolation, state, body) {
    if (kit.concurrent.loops > 0) {
      throw problem(name, `${name} needs the step's one connection for itself: use each without concurrency`);
    }
    const { data: depth } = await database.util.begin(isolation)(aside(state));
    try {
      const result = await body();
      await database.util.commit()(aside(state));
      return result;
    } catch (error) {
      await database.util.rollback()(aside(state)).catch(() => {});
      if (depth === 1 && Object(error) === error) outermost.add(error);
      throw error;
    }
  }

  // ---- Rows

  /**
   * Reads rows list by list: to a callback `(state, rows)`, to an operation `each` (row by row, or list by list with
   * `chunkSize`), or all into data.
   */
  const query = (text, options, callback) => state => {
    const { each, ...others } = (typeof options === 'function' ? options(state) : options) ?? {};
    return resolving(state, [text, others], async ([sql, chosen]) => {
      if (callback !== undefined && typeof callback !== 'function') {
        throw problem('query', `query takes a callback (state, rows) as its third argument, found ${typeof callback}`);
      }
      if (chosen.execute === false) {
        kit.log('info', 'Not executing query; options.execute === false');
        return state;
      }
      if (each !== undefined && typeof each !== 'function') {
        throw problem('query', `the option each is an operation, found ${typeof each}`);
      }
      const use = callback ?? (each && ((now, rows) => eachOf(chosen.chunkSize ? [rows] : rows, each, now)));
      return together('query', undefined, state, () => (use ? readBy(use, sql, chosen, state) : readAll(sql, chosen, state)));
    });
  };

  async function readBy(use, sql, options, state) {
    const { data } = await database.util.rows(sql, options)(aside(state));
    const lists = data.texts();
    for await (const list of lists) {
      try {
        state = await use(state, kit.rowsOf(kit.parse(list)));
      } catch (error) {
        // Lists are fetched ahead: one that failed is why the transaction takes no more.
        if (error?.code === ABORTED) while (!(await lists.next()).done);
        throw error;
      }
    }
    return state;
  }

  async function readAll(sql, options, state) {
    const all = [];
    const take = (same, rows) => {
      for (const row of rows) all.push(row);
      return same;
    };
    await readBy(take, sql, options, state);
    return composeNextState(state, all);
  }

  async function eachOf(items, operation, state) {
    for (const data of items) state = await operation({ ...state, data });
    return state;
  }

  return { transaction, query };
})
