/**
 * The timers of a job. When one is due the native side says so.
 */
(function (host, JobsTypeError, uncaught) {
  'use strict';

  const timers = new Map();
  let lastNumber = 0;

  function startTimer(repeats, callback, delay = 0, ...args) {
    if (typeof callback !== 'function') throw new JobsTypeError('The "callback" argument must be of type function');
    const number = ++lastNumber;
    const wait = Number(delay) >= 1 && Number(delay) < 2 ** 31 ? Number(delay) : 1;
    timers.set(number, { callback, args, wait: repeats ? wait : undefined });
    host.setTimer(number, wait);
    return number;
  }

  function stopTimer(number) {
    if (timers.delete(Number(number))) host.clearTimer(Number(number));
  }

  /** Called by the native side when a timer is due; what the callback throws ends the run. */
  function fireTimer(number) {
    const timer = timers.get(number);
    if (!timer) return;
    if (timer.wait === undefined) timers.delete(number);
    else host.setTimer(number, timer.wait);
    try {
      timer.callback(...timer.args);
    } catch (error) {
      uncaught(error);
    }
  }

  return { startTimer, stopTimer, fireTimer };
})
