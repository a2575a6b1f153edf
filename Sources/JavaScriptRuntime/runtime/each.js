/**
 * `each` with options: several items at a time, and items that may fail.
 */
(function (values, markAdaptorError, JobsError) {
  'use strict';

  /** What the options say; a wrong one is an error of the job and not ignored. */
  function read({ concurrency, onError, maxErrors }, count) {
    if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
      throw problem(`concurrency is a whole number from 1 on, found ${concurrency}`);
    }
    if (onError !== undefined && onError !== 'collect') {
      throw problem(`onError is 'collect' or left out, found ${onError}`);
    }
    return { concurrency, collects: onError === 'collect', budget: budgetOf(maxErrors, count) };
  }

  /** How many items may fail: a number, a percentage of all, or any. */
  function budgetOf(maxErrors = Infinity, count) {
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(maxErrors) ?? [];
    const budget = percent === undefined ? maxErrors : (count * percent) / 100;
    if (typeof budget === 'number' && budget >= 0) return budget;
    throw problem(`maxErrors is a number or a percentage such as '1%', found ${maxErrors}`);
  }

  const problem = message => markAdaptorError(new JobsError(message), 'each');

  function returned(state) {
    if (state !== undefined && state !== null) return state;
    throw problem('the operation given to each returned no state');
  }

  /** The items that failed, until they are too many. */
  class Rejections {
    #list = [];
    #settings;
    #count;
    constructor(settings, count) {
      this.#settings = settings;
      this.#count = count;
    }

    get list() { return [...this.#list].sort((a, b) => a.index - b.index); }

    add(error, data, index) {
      if (!this.#settings.collects) throw error;
      this.#list.push({ index, data, error: described(error) });
      if (this.#list.length <= this.#settings.budget) return;
      const limit = Math.floor(this.#settings.budget);
      const excess = problem(`${this.#list.length} of ${this.#count} items failed, and no more than ${limit} may: `
        + this.#list[0].error.message);
      throw Object.assign(excess, { rejected: this.list });
    }
  }

  /** An error as data: name and message, and what it says beside them. */
  function described(error) {
    if (!values.isError(error)) return { message: String(error) };
    return { name: error.name, message: error.message, ...error };
  }

  /** One after the other, each from the state that the one before left. */
  async function inTurn(items, operation, state, rejections) {
    let current = state;
    for (let index = 0; index < items.length; index++) {
      try {
        current = returned(await operation({ ...current, data: items[index], index }));
      } catch (error) {
        rejections.add(error, items[index], index);
      }
    }
    return current;
  }

  const listOf = value => (Array.isArray(value) ? value : []);

  /** Several at a time, each from the state before the loop; data becomes the list of theirs, in order. */
  async function atOnce(items, operation, state, rejections, concurrency) {
    const results = new Array(items.length);
    const failed = new Set();
    const earlier = listOf(state.rejected);
    const inner = new Array(items.length);
    let next = 0;
    let isStopped = false;
    async function work() {
      while (next < items.length && !isStopped) {
        const index = next++;
        try {
          const { data, rejected } = returned(await operation({ ...state, data: items[index], index }));
          results[index] = data;
          // What loops inside this one have collected.
          inner[index] = listOf(rejected).slice(earlier.length);
        } catch (error) {
          failed.add(index);
          rejections.add(error, items[index], index);
        }
      }
    }
    if (concurrency > 1) values.concurrent.loops += 1;
    const workers = Array.from({ length: Math.min(concurrency, items.length) }, work);
    try {
      await Promise.all(workers);
    } catch (error) {
      // What is in flight is waited for, so that nothing goes on behind the job's back.
      isStopped = true;
      await Promise.allSettled(workers);
      throw error;
    } finally {
      if (concurrency > 1) values.concurrent.loops -= 1;
    }
    const end = { ...state, data: results.filter((_, index) => !failed.has(index)) };
    const rejected = inner.flat();
    return rejected.length ? { ...end, rejected: [...earlier, ...rejected] } : end;
  }

  return async function eachWith(items, operation, state, options) {
    const settings = read(options, items.length);
    const rejections = new Rejections(settings, items.length);
    const end = settings.concurrency
      ? await atOnce(items, operation, state, rejections, settings.concurrency)
      : await inTurn(items, operation, state, rejections);
    return settings.collects ? { ...end, rejected: [...listOf(end.rejected), ...rejections.list] } : end;
  };
})
