// expect(value).toBe(…) and its kin, as Jest and Vitest have them.
import { difference, shown } from './difference.js';
import { equals, standIn } from './equality.js';
import { isMock } from './mock.js';

export class AssertionError extends Error {
  constructor(message, detail = '') {
    super(detail ? `${message}\n\n${detail}` : message);
    this.name = 'AssertionError';
  }
}

const typeName = (type) => type?.name ?? String(type);

function holds(list, item, same) {
  if (typeof list === 'string') {
    return list.includes(item);
  }

  return [...list].some((other) => same(other, item));
}

function atPath(value, path) {
  const keys = Array.isArray(path) ? path : String(path).replace(/\[(\w+)\]/g, '.$1').split('.');
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

  if (typeof wanted === 'function') {
    return error instanceof wanted;
  }

  const message = String(error?.message ?? error);
  return wanted instanceof RegExp ? wanted.test(message) : typeof wanted === 'string' ? message.includes(wanted) : message === wanted.message;
}

function callsOf(mock, matcher) {
  if (!isMock(mock)) {
    throw new TypeError(`expect(…).${matcher} needs a mock function: fn()`);
  }

  return mock.mock.calls;
}

// Each gives whether it holds; some add a difference to the message.
const matchers = {
  toBe: (actual, expected) => ({ pass: Object.is(actual, expected), detail: equals(actual, expected) ? 'They are equal, but not the same object: use toEqual.' : difference(expected, actual) }),
  toEqual: (actual, expected) => ({ pass: equals(actual, expected), detail: difference(expected, actual) }),
  toStrictEqual: (actual, expected) => ({ pass: equals(actual, expected, { strict: true }), detail: difference(expected, actual) }),
  toMatchObject: (actual, expected) => ({ pass: equals(actual, expected, { partial: true }), detail: difference(expected, actual) }),
  toBeTruthy: (actual) => ({ pass: Boolean(actual) }),
  toBeFalsy: (actual) => ({ pass: !actual }),
  toBeNull: (actual) => ({ pass: actual === null }),
  toBeUndefined: (actual) => ({ pass: actual === undefined }),
  toBeDefined: (actual) => ({ pass: actual !== undefined }),
  toBeNaN: (actual) => ({ pass: Number.isNaN(actual) }),
  toBeTypeOf: (actual, type) => ({ pass: typeof actual === type }),
  toBeInstanceOf: (actual, type) => ({ pass: actual instanceof type, wanted: typeName(type) }),
  toBeGreaterThan: (actual, than) => ({ pass: actual > than }),
  toBeGreaterThanOrEqual: (actual, than) => ({ pass: actual >= than }),
  toBeLessThan: (actual, than) => ({ pass: actual < than }),
  toBeLessThanOrEqual: (actual, than) => ({ pass: actual <= than }),
  toBeCloseTo: (actual, to, digits = 2) => ({ pass: actual === to || Math.abs(actual - to) < 10 ** -digits / 2 }),
  toContain: (actual, item) => ({ pass: holds(actual, item, (a, b) => a === b) }),
  toContainEqual: (actual, item) => ({ pass: holds(actual, item, equals) }),
  toHaveLength: (actual, length) => ({ pass: actual?.length === length, detail: `It has the length ${shown(actual?.length)}.` }),
  toHaveProperty: (actual, path, ...value) => {
    const at = atPath(actual, path);
    return { pass: at.found && (value.length === 0 || equals(at.value, value[0])) };
  },
  toMatch: (actual, pattern) => ({ pass: pattern instanceof RegExp ? pattern.test(actual) : String(actual).includes(pattern) }),
  toThrow: (action, wanted) => {
    const { threw, error } = thrownBy(action);
    return { pass: threw && isSuchError(error, wanted), received: threw ? error : 'no error' };
  },
  toHaveBeenCalled: (mock) => ({ pass: callsOf(mock, 'toHaveBeenCalled').length > 0 }),
  toHaveBeenCalledTimes: (mock, times) => ({ pass: callsOf(mock, 'toHaveBeenCalledTimes').length === times, detail: `It was called ${callsOf(mock).length} times.` }),
  toHaveBeenCalledWith: (mock, ...values) => ({ pass: callsOf(mock, 'toHaveBeenCalledWith').some((call) => equals(call, values)), detail: `Its calls: ${shown(callsOf(mock))}` }),
  toHaveBeenLastCalledWith: (mock, ...values) => ({ pass: equals(callsOf(mock, 'toHaveBeenLastCalledWith').at(-1), values), detail: `Its last call: ${shown(callsOf(mock).at(-1))}` }),
};
matchers.toThrowError = matchers.toThrow;

function judge(name, negated, actual, values) {
  const { pass, detail = '', wanted, received = actual } = matchers[name](actual, ...values);
  if (pass === negated) {
    const expected = values.length === 0 ? '' : wanted ?? values.map(shown).join(', ');
    const message = `expect(${name.startsWith('toHaveBeen') ? 'mock' : shown(received)})${negated ? '.not' : ''}.${name}(${expected})`;
    throw new AssertionError(message, negated ? '' : detail);
  }
}

function assertions(actual, negated) {
  const made = {};
  for (const name of Object.keys(matchers)) {
    made[name] = (...values) => judge(name, negated, actual, values);
  }

  return made;
}

// Of a promise: what it becomes is looked at once it is there.
function later(promise, negated, rejects) {
  const made = {};
  for (const name of Object.keys(matchers)) {
    made[name] = async (...values) => {
      let outcome;
      try {
        outcome = { value: await (typeof promise === 'function' ? promise() : promise) };
      } catch (error) {
        outcome = { error };
      }

      if (rejects !== 'error' in outcome) {
        throw new AssertionError(rejects
          ? `the promise was expected to reject, and resolved to ${shown(outcome.value)}`
          : `the promise was expected to resolve, and rejected with ${shown(outcome.error)}`);
      }

      const settled = rejects ? outcome.error : outcome.value;
      const isThrow = rejects && name.startsWith('toThrow');
      judge(name, negated, isThrow ? () => { throw settled; } : settled, values);
    };
  }

  return made;
}

/** Says what a value must be. */
export function expect(actual) {
  return {
    ...assertions(actual, false),
    not: assertions(actual, true),
    resolves: { ...later(actual, false, false), not: later(actual, true, false) },
    rejects: { ...later(actual, false, true), not: later(actual, true, true) },
  };
}

const primitives = new Map([[String, 'string'], [Number, 'number'], [Boolean, 'boolean'], [BigInt, 'bigint'], [Symbol, 'symbol'], [Function, 'function']]);
expect.anything = () => standIn('anything', (value) => value !== null && value !== undefined);
expect.any = (type) => standIn(`any ${typeName(type)}`, (value) => typeof value === primitives.get(type) || (type === Object && typeof value === 'object') || value instanceof type);
expect.objectContaining = (part) => standIn(`object containing ${shown(part)}`, (value) => typeof value === 'object' && value !== null && equals(value, part, { partial: true }));
expect.arrayContaining = (part) => standIn(`array containing ${shown(part)}`, (value) => Array.isArray(value) && part.every((item) => holds(value, item, equals)));
expect.stringContaining = (part) => standIn(`string containing ${shown(part)}`, (value) => typeof value === 'string' && value.includes(part));
expect.stringMatching = (pattern) => standIn(`string matching ${pattern}`, (value) => typeof value === 'string' && new RegExp(pattern).test(value));
expect.fail = (message = 'expect.fail() was called') => {
  throw new AssertionError(message);
};
