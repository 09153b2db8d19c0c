// test, describe and hooks, and the running of what they collected.
import { beginAssertions, endAssertions, expect } from './expect.js';
import { filled, nameOf, rowsOf, valuesOf } from './names.js';

const DEFAULT_TIMEOUT = 5000;
const { now } = Date;

// Taken when a suite is made: tests may put others in their places.
let timers;

const group = (name, parent, mode) => ({ name, parent, mode, items: [], beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] });

const pathOf = (item) => (item?.name === undefined ? [] : [...pathOf(item.parent), item.name]);

const modeOf = (options) => ['skip', 'only', 'todo'].find((mode) => options?.[mode]);

/** What may stand behind a name, in any order that Jest and Vitest know: a function, options, a time limit. */
function read(rest) {
  const body = rest.find((one) => typeof one === 'function');
  const options = rest.find((one) => typeof one === 'object' && one !== null) ?? {};
  const timeout = rest.find((one) => typeof one === 'number') ?? options.timeout;
  return { body, options: { ...options, timeout } };
}

export function createSuite() {
  timers = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  const root = group();
  let current = root;
  let only = false;
  let isRunning = false;

  function collect(what, mode) {
    if (isRunning) {
      throw new Error(`${what} is called while a test runs; it belongs at the top level of the file or into describe`);
    }

    only ||= mode === 'only';
  }

  function addGroup(given, name, rest) {
    const { body, options } = read(rest);
    const mode = given.mode ?? modeOf(options);
    collect(`describe("${name}")`, mode);
    const made = group(name, current, mode);
    current.items.push(made);
    current = made;
    try {
      const result = body?.();
      if (typeof result?.then === 'function') {
        throw new TypeError(`describe("${name}") may not be async`);
      }
    } finally {
      current = made.parent;
    }
  }

  function addTest(given, name, rest) {
    const { body, options } = read(rest);
    const mode = given.mode ?? modeOf(options) ?? undefined;
    if (body === undefined && mode !== 'todo' && mode !== 'skip') {
      throw new TypeError(`test("${name}") needs a function`);
    }

    collect(`test("${name}")`, mode);
    current.items.push({
      name, parent: current, mode, body, timeout: options.timeout ?? DEFAULT_TIMEOUT, retries: options.retry ?? 0, fails: given.fails || options.fails === true,
    });
  }

  // test, test.only, test.skip.each, …: each word makes another function that knows one thing more.
  function words(add, given = {}) {
    const make = (name, ...rest) => add(given, nameOf(name), rest);
    const more = {
      skip: () => words(add, { ...given, mode: 'skip' }),
      only: () => words(add, { ...given, mode: 'only' }),
      todo: () => words(add, { ...given, mode: 'todo' }),
      fails: () => words(add, { ...given, fails: true }),
      failing: () => words(add, { ...given, fails: true }),
      concurrent: () => words(add, given),
      sequential: () => words(add, given),
    };
    for (const [word, next] of Object.entries(more)) {
      Object.defineProperty(make, word, { get: next, configurable: true });
    }

    const each = (pass) => (given, ...values) => (name, ...rest) => {
      const { body, options } = read(rest);
      rowsOf(given, values).forEach((row, number) => make(filled(nameOf(name), row, number), body && ((context) => pass(body, row, context)), options));
    };
    make.each = each((body, row) => body(...valuesOf(row)));
    make.for = each((body, row, context) => body(row, context));
    make.skipIf = (condition) => (condition ? make.skip : make);
    make.runIf = (condition) => (condition ? make : make.skip);
    return make;
  }

  const hook = (kind) => (body, timeout) => {
    collect(kind);
    current[kind].push({ body, timeout: timeout ?? DEFAULT_TIMEOUT });
  };
  const test = words(addTest);
  const describe = words(addGroup);
  return {
    globals: {
      test, it: test, describe, suite: describe, xtest: test.skip, xit: test.skip, fit: test.only, xdescribe: describe.skip, fdescribe: describe.only,
      beforeEach: hook('beforeEach'), afterEach: hook('afterEach'), beforeAll: hook('beforeAll'), afterAll: hook('afterAll'),
    },
    run: (options) => {
      isRunning = true;
      return runGroup(root, { ...options, only });
    },
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
    return await Promise.race([
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
    found[outwards ? 'push' : 'unshift'](...(outwards ? at[kind].toReversed() : at[kind]));
  }

  return found;
};

/** Runs hooks in order; what one of them gives is another that undoes it, for `undo`. */
async function runHooks(list, undo) {
  for (const { body, timeout } of list) {
    const cleaning = await within(timeout, async () => body());
    if (typeof cleaning === 'function') {
      undo.unshift({ body: cleaning, timeout });
    }
  }
}

const skipped = Symbol('skipped');

/** One run of a test: undefined, or how it failed. */
async function attempt(item) {
  let failed;
  const keep = (error) => {
    failed ??= { error };
  };
  const undo = [];
  const finished = [];
  const onFailure = [];
  const context = {
    task: { name: item.name },
    expect,
    skip: () => {
      throw skipped;
    },
    onTestFinished: (body) => finished.unshift({ body, timeout: DEFAULT_TIMEOUT }),
    onTestFailed: (body) => onFailure.push({ body, timeout: DEFAULT_TIMEOUT }),
  };
  beginAssertions();
  try {
    await runHooks(hooks(item, 'beforeEach', false), undo);
    await within(item.timeout, async () => {
      await item.body(context);
      endAssertions();
    });
  } catch (error) {
    keep(error);
  }

  for (const one of [...hooks(item, 'afterEach', true), ...undo, ...finished, ...(failed && failed.error !== skipped ? onFailure : [])]) {
    try {
      await within(one.timeout, async () => one.body());
    } catch (error) {
      keep(error);
    }
  }

  return failed;
}

async function runTest(item, options) {
  const { report } = options;
  const path = pathOf(item);
  if (inherits(item, 'skip') || inherits(item, 'todo') || options.isBroken) {
    report({ path, state: inherits(item, 'todo') ? 'todo' : 'skipped' });
    return;
  }

  const startedAt = now();
  let failed;
  for (let tries = 0; tries <= item.retries; tries++) {
    report({ path, state: 'started', timeout: item.timeout });
    failed = await attempt(item);
    if (!failed || failed.error === skipped) {
      break;
    }
  }

  if (failed?.error === skipped) {
    report({ path, state: 'skipped' });
    return;
  }

  if (item.fails) {
    failed = failed ? undefined : { error: new Error('it was expected to fail, and passed') };
  }

  report({ path, state: failed ? 'failed' : 'passed', milliseconds: now() - startedAt, ...failed });
}

async function runGroup(item, options) {
  if (!hasWanted(item.items, options)) {
    return;
  }

  const runs = !inherits(item, 'skip') && !inherits(item, 'todo') && !options.isBroken;
  const undo = [];
  let isBroken = options.isBroken;
  try {
    await runHooks(runs ? item.beforeAll : [], undo);
  } catch (error) {
    options.report({ path: [...pathOf(item), 'beforeAll'], state: 'failed', milliseconds: 0, error });
    isBroken = true;
  }

  for (const child of item.items) {
    if (child.items) {
      await runGroup(child, { ...options, isBroken });
    } else if (isWanted(child, options)) {
      await runTest(child, { ...options, isBroken });
    }
  }

  try {
    await runHooks(runs ? [...item.afterAll.toReversed(), ...undo] : [], []);
  } catch (error) {
    options.report({ path: [...pathOf(item), 'afterAll'], state: 'failed', milliseconds: 0, error });
  }
}
