// console: every line goes to the log of the host, with its level.
const levels = { debug: 0, log: 1, info: 1, warn: 2, error: 3, trace: 0, dir: 1 };

export function startConsole(host, formatLine) {
  const counts = new Map();
  const timers = new Map();
  const write = (level) => (...values) => {
    host.log(level, formatLine(values));
  };
  const console = {};
  for (const name of Object.keys(levels)) {
    console[name] = write(levels[name]);
  }

  console.assert = (condition, ...values) => {
    if (!condition) {
      console.error('assertion failed', ...values);
    }
  };
  console.count = (label = 'default') => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    console.log(`${label}: ${counts.get(label)}`);
  };
  console.time = (label = 'default') => {
    timers.set(label, Date.now());
  };
  console.timeEnd = (label = 'default') => {
    console.log(`${label}: ${Date.now() - (timers.get(label) ?? Date.now())} ms`);
    timers.delete(label);
  };
  globalThis.console = console;
}
