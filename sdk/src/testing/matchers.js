// What can be said of a value: each gives whether it holds; some add a difference to the message.
import { difference, shown } from './difference.js';
import { equals, isStandIn } from './equality.js';
import { isMock } from './mock.js';

export const typeName = (type) => type?.name ?? String(type);

/** Whether a list, set, string or other iterable has an item. */
export function holds(list, item, same) {
  if (typeof list === 'string') {
    return list.includes(item);
  }

  if (typeof list?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${shown(list)} is no list, set or string`);
  }

  return [...list].some((other) => same(other, item));
}

function atPath(value, path) {
  const keys = Array.isArray(path) ? path : String(path).replace(/\[(\w+)\]/g, '.$1').split('.').filter((key, index) => key !== '' || index > 0);
  let at = value;
  for (const key of keys) {
    if (at === null || at === undefined || !(key in Object(at))) {
      return { found: false };
    }

    at = at[key];
  }

  return { found: true, value: at };
}

function thrownBy(action) {
  if (typeof action !== 'function') {
    throw new TypeError('expect(…).toThrow needs a function: expect(() => …).toThrow()');
  }

  try {
    action();
    return { threw: false };
  } catch (error) {
    return { threw: true, error };
  }
}

function isSuchError(error, wanted) {
  if (wanted === undefined) {
    return true;
  }

  if (isStandIn(wanted)) {
    return equals(error, wanted);
  }

  if (typeof wanted === 'function') {
    return error instanceof wanted;
  }

  const message = String(error?.message ?? error);
  return wanted instanceof RegExp ? wanted.test(message) : typeof wanted === 'string' ? message.includes(wanted) : message === wanted.message;
}

function stateOf(mock, matcher) {
  if (!isMock(mock)) {
    throw new TypeError(`expect(…).${matcher} needs a mock function: fn()`);
  }

  return mock.mock;
}

const order = (compare) => (actual, than) => {
  for (const value of [actual, than]) {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw new TypeError(`${shown(value)} is no number`);
    }
  }

  return { pass: compare(actual, than) };
};

const withoutSnapshots = () => {
  throw new TypeError('there are no snapshots in mik test: say what is expected with toEqual or toMatchObject');
};

const matchers = {
  toBe: (actual, expected) => ({ pass: Object.is(actual, expected), detail: equals(actual, expected) ? 'They are equal, but not the same object: use toEqual.' : difference(expected, actual) }),
  toEqual: (actual, expected) => ({ pass: equals(actual, expected), detail: difference(expected, actual) }),
  toStrictEqual: (actual, expected) => ({ pass: equals(actual, expected, { strict: true }), detail: difference(expected, actual) }),
  toMatchObject: (actual, expected) => ({ pass: typeof actual === 'object' && actual !== null && equals(actual, expected, { partial: true }), detail: difference(expected, actual) }),
  toBeTruthy: (actual) => ({ pass: Boolean(actual) }),
  toBeFalsy: (actual) => ({ pass: !actual }),
  toBeNull: (actual) => ({ pass: actual === null }),
  toBeUndefined: (actual) => ({ pass: actual === undefined }),
  toBeDefined: (actual) => ({ pass: actual !== undefined }),
  toBeNullable: (actual) => ({ pass: actual === null || actual === undefined }),
  toBeNaN: (actual) => ({ pass: Number.isNaN(actual) }),
  toBeTypeOf: (actual, type) => ({ pass: typeof actual === type }),
  toBeInstanceOf: (actual, type) => ({ pass: actual instanceof type, wanted: typeName(type) }),
  toBeOneOf: (actual, list) => ({ pass: holds([...list], actual, (item) => equals(actual, item)) }),
  toSatisfy: (actual, holdsFor) => ({ pass: Boolean(holdsFor(actual)) }),
  toBeGreaterThan: order((actual, than) => actual > than),
  toBeGreaterThanOrEqual: order((actual, than) => actual >= than),
  toBeLessThan: order((actual, than) => actual < than),
  toBeLessThanOrEqual: order((actual, than) => actual <= than),
  toBeCloseTo: (actual, to, digits = 2) => ({ pass: actual === to || Math.abs(actual - to) < 10 ** -digits / 2 }),
  toContain: (actual, item) => ({ pass: holds(actual, item, (a, b) => Object.is(a, b)) }),
  toContainEqual: (actual, item) => ({ pass: holds(actual, item, equals) }),
  toHaveLength: (actual, length) => ({ pass: actual?.length === length, detail: `It has the length ${shown(actual?.length)}.` }),
  toHaveProperty: (actual, path, ...value) => {
    const at = atPath(actual, path);
    const detail = !at.found ? 'It has no such property.' : value.length > 0 ? difference(value[0], at.value) || `It is ${shown(at.value)}.` : '';
    return { pass: at.found && (value.length === 0 || equals(at.value, value[0])), detail };
  },
  toMatch: (actual, pattern) => ({ pass: typeof actual === 'string' && (pattern instanceof RegExp ? new RegExp(pattern).test(actual) : actual.includes(pattern)) }),
  toThrow: (action, wanted) => {
    const { threw, error } = thrownBy(action);
    return { pass: threw && isSuchError(error, wanted), received: threw ? error : 'no error' };
  },
  toMatchSnapshot: withoutSnapshots,
  toMatchInlineSnapshot: withoutSnapshots,
};
matchers.toThrowError = matchers.toThrow;

// Of mocks. Each gets what the mock remembers.
const ofMocks = {
  toHaveBeenCalled: ({ calls }) => ({ pass: calls.length > 0 }),
  toHaveBeenCalledOnce: ({ calls }) => ({ pass: calls.length === 1, detail: `It was called ${calls.length} times.` }),
  toHaveBeenCalledTimes: ({ calls }, times) => ({ pass: calls.length === times, detail: `It was called ${calls.length} times.` }),
  toHaveBeenCalledWith: ({ calls }, ...values) => ({ pass: calls.some((call) => equals(call, values)), detail: `Its calls: ${shown(calls)}` }),
  toHaveBeenCalledExactlyOnceWith: ({ calls }, ...values) => ({ pass: calls.length === 1 && equals(calls[0], values), detail: `Its calls: ${shown(calls)}` }),
  toHaveBeenLastCalledWith: ({ calls }, ...values) => ({ pass: calls.length > 0 && equals(calls.at(-1), values), detail: `Its last call: ${shown(calls.at(-1))}` }),
  toHaveBeenNthCalledWith: ({ calls }, nth, ...values) => ({ pass: nth <= calls.length && equals(calls[nth - 1], values), detail: `Its call ${nth}: ${shown(calls[nth - 1])}` }),
  toHaveReturned: ({ results }) => ({ pass: results.some(({ type }) => type === 'return') }),
  toHaveReturnedTimes: ({ results }, times) => ({ pass: results.filter(({ type }) => type === 'return').length === times }),
  toHaveReturnedWith: ({ results }, value) => ({ pass: results.some((result) => result.type === 'return' && equals(result.value, value)), detail: `What it gave: ${shown(results)}` }),
  toHaveLastReturnedWith: ({ results }, value) => ({ pass: results.at(-1)?.type === 'return' && equals(results.at(-1).value, value), detail: `What it gave last: ${shown(results.at(-1))}` }),
  toHaveNthReturnedWith: ({ results }, nth, value) => ({ pass: results[nth - 1]?.type === 'return' && equals(results[nth - 1].value, value), detail: `What it gave: ${shown(results[nth - 1])}` }),
};
for (const name of Object.keys(ofMocks)) {
  matchers[name] = (mock, ...values) => ({ ...ofMocks[name](stateOf(mock, name), ...values), received: mock });
}

export { matchers };
