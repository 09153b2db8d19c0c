// test, describe and hooks, and the running of what they collected.
const DEFAULT_TIMEOUT = 5000;
const { now } = Date;

// Taken when a suite is made: tests may put others in their places.
let timers;

const group = (name, parent, mode) => ({ name, parent, mode, items: [], beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] });

const pathOf = (item) => (item?.name === undefined ? [] : [...pathOf(item.parent), item.name]);

const filled = (name, values) => {
  let next = 0;
  return name.replace(/%[sdijo#%]/g, (mark) => (mark === '%%' ? '%' : mark === '%#' ? String(next) : typeof values[next] === 'string' ? values[next++] : JSON.stringify(values[next++])));
};

export function createSuite() {
  timers = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  const root = group();
  let current = root;
  let only = false;

  function describe(mode) {
    return (name, define) => {
      const made = group(String(name), current, mode);
      current.items.push(made);
      only ||= mode === 'only';
      current = made;
      try {
        const result = define?.();
        if (result && typeof result.then === 'function') {
          throw new TypeError(`describe("${name}") may not be async`);
        }
      } finally {
        current = made.parent;
      }
    };
  }

  function test(mode) {
    return (name, body, timeout) => {
      if (typeof body !== 'function' && mode !== 'todo' && mode !== 'skip') {
        throw new TypeError(`test("${name}") needs a function`);
      }

      only ||= mode === 'only';
      current.items.push({ name: String(name), parent: current, mode, body, timeout: typeof timeout === 'object' ? timeout?.timeout : timeout });
    };
  }

  const withModes = (make) => {
    const plain = make();
    for (const mode of ['skip', 'only', 'todo']) {
      plain[mode] = make(mode);
    }

    plain.each = (rows) => (name, body, timeout) => {
      rows.forEach((row) => {
        const values = Array.isArray(row) ? row : [row];
        plain(filled(name, values), () => body(...values), timeout);
      });
    };
    return plain;
  };

  const hook = (kind) => (body) => current[kind].push(body);
  const it = withModes(test);
  return {
    globals: {
      test: it, it, describe: withModes(describe),
      beforeEach: hook('beforeEach'), afterEach: hook('afterEach'), beforeAll: hook('beforeAll'), afterAll: hook('afterAll'),
    },
    run: (options) => runGroup(root, { ...options, only }),
  };
}

const inherits = (item, mode) => item !== undefined && (item.mode === mode || inherits(item.parent, mode));

function isWanted(item, { filter, file, only }) {
  const name = pathOf(item).join(' ');
  return (!only || inherits(item, 'only')) && (!filter || file.includes(filter) || name.includes(filter));
}

const hasWanted = (items, options) => items.some((item) => (item.items ? hasWanted(item.items, options) : isWanted(item, options)));

async function within(milliseconds, body) {
  let timer;
  try {
    await Promise.race([
      body(),
      new Promise((_, reject) => {
        timer = timers.set(() => reject(new Error(`it took longer than ${milliseconds} ms`)), milliseconds);
      }),
    ]);
  } finally {
    timers.clear(timer);
  }
}

const hooks = (item, kind, outwards) => {
  const found = [];
  for (let at = item.parent; at; at = at.parent) {
    found[outwards ? 'push' : 'unshift'](...at[kind]);
  }

  return found;
};

async function runTest(item, options) {
  const { report } = options;
  const path = pathOf(item);
  if (inherits(item, 'skip') || inherits(item, 'todo')) {
    report({ path, state: inherits(item, 'todo') ? 'todo' : 'skipped' });
    return;
  }

  report({ path, state: 'started', timeout: item.timeout ?? DEFAULT_TIMEOUT });
  const startedAt = now();
  let failed;
  try {
    await within(item.timeout ?? DEFAULT_TIMEOUT, async () => {
      for (const before of hooks(item, 'beforeEach', false)) {
        await before();
      }

      await item.body();
    });
  } catch (error) {
    failed = { error };
  }

  for (const after of hooks(item, 'afterEach', true)) {
    try {
      await within(DEFAULT_TIMEOUT, after);
    } catch (error) {
      failed ??= { error };
    }
  }

  report({ path, state: failed ? 'failed' : 'passed', milliseconds: now() - startedAt, ...failed });
}

async function runGroup(item, options) {
  if (!hasWanted(item.items, options)) {
    return;
  }

  const runs = !inherits(item, 'skip') && !inherits(item, 'todo');
  try {
    for (const before of runs ? item.beforeAll : []) {
      await within(DEFAULT_TIMEOUT, before);
    }
  } catch (error) {
    options.report({ path: [...pathOf(item), 'beforeAll'], state: 'failed', milliseconds: 0, error });
    return;
  }

  for (const child of item.items) {
    if (child.items) {
      await runGroup(child, options);
    } else if (isWanted(child, options)) {
      await runTest(child, options);
    }
  }

  try {
    for (const after of runs ? item.afterAll : []) {
      await within(DEFAULT_TIMEOUT, after);
    }
  } catch (error) {
    options.report({ path: [...pathOf(item), 'afterAll'], state: 'failed', milliseconds: 0, error });
  }
}
