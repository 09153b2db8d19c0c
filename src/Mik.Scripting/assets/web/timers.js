// setTimeout and its kin. The host knows only when the next one is due; what it stands for is kept here.

/** @param host Has timer(id, milliseconds) and untimer(id); gets fire(id). */
export function makeTimers(host) {
  let last = 0;
  const waiting = new Map();
  const add = (callback, delay, values, repeats) => {
    if (typeof callback !== 'function') {
      throw new TypeError('a timer takes a function');
    }

    const id = ++last;
    const milliseconds = Math.min(Math.max(Number(delay) || 0, repeats ? 1 : 0), 2_147_483_647);
    waiting.set(id, { callback, values, milliseconds, repeats });
    host.timer(id, milliseconds);
    return id;
  };
  const setTimeout = (callback, delay, ...values) => add(callback, delay, values, false);
  const setInterval = (callback, delay, ...values) => add(callback, delay, values, true);
  const clearTimeout = (id) => {
    if (waiting.delete(id)) {
      host.untimer(id);
    }
  };

  host.fire = (id) => {
    const timer = waiting.get(id);
    if (timer) {
      if (timer.repeats) {
        host.timer(id, timer.milliseconds);
      } else {
        waiting.delete(id);
      }

      timer.callback(...timer.values);
    }
  };
  return { setTimeout, setInterval, clearTimeout, clearInterval: clearTimeout };
}
