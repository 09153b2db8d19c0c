// expect(value).toBe(…) and its kin, as Jest and Vitest have them.
import { shown } from './difference.js';
import { equals, standIn } from './equality.js';
import { holds, matchers, typeName } from './matchers.js';
import { isMock } from './mock.js';

export class AssertionError extends Error {
  constructor(message, detail = '') {
    super(detail ? `${message}\n\n${detail}` : message);
    this.name = 'AssertionError';
  }
}

// What the running test has asserted, and has said that it would.
let asserted = { count: 0, wanted: undefined, some: false, soft: [] };

/** Begins to count for another test. */
export function beginAssertions() {
  asserted = { count: 0, wanted: undefined, some: false, soft: [] };
}

/** Fails when a test did not assert what it said, or when something failed softly. */
export function endAssertions() {
  const { count, wanted, some, soft } = asserted;
  if (soft.length > 0) {
    throw soft[0];
  }

  if (wanted !== undefined && wanted !== count) {
    throw new AssertionError(`expect.assertions(${wanted}): there were ${count}`);
  }

  if (some && count === 0) {
    throw new AssertionError('expect.hasAssertions(): there was none');
  }
}

const told = (value) => (isMock(value) ? value.getMockName() : shown(value));

function judge(name, about, actual, values) {
  const { negated, prefix, isSoft } = about;
  asserted.count++;
  const context = { isNot: negated, equals, promise: about.settles ?? '', utils: { printReceived: shown, printExpected: shown, stringify: shown } };
  const finish = ({ pass, detail = '', wanted, received = actual, message }) => {
    if (Boolean(pass) !== negated) {
      return;
    }

    const expected = values.length === 0 ? '' : wanted ?? values.map(shown).join(', ');
    const text = message ? String(typeof message === 'function' ? message() : message) : `expect(${told(received)})${negated ? '.not' : ''}.${name}(${expected})`;
    const error = new AssertionError(prefix ? `${prefix}: ${text}` : text, negated || message ? '' : detail);
    if (!isSoft) {
      throw error;
    }

    asserted.soft.push(error);
  };

  const result = Reflect.apply(matchers[name], context, [actual, ...values]);
  return typeof result?.then === 'function' ? result.then(finish) : finish(result);
}

// Of a promise: what it becomes is looked at once it is there.
async function judgeLater(name, about, promise, values) {
  const rejects = about.settles === 'rejects';
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
  const thrown = () => {
    throw settled;
  };
  await judge(name, about, rejects && name.startsWith('toThrow') ? thrown : settled, values);
}

class Assertion {
  #actual;
  #about;

  constructor(actual, about) {
    this.#actual = actual;
    this.#about = about;
  }

  get not() {
    return new Assertion(this.#actual, { ...this.#about, negated: !this.#about.negated });
  }

  get resolves() {
    return new Assertion(this.#actual, { ...this.#about, settles: 'resolves' });
  }

  get rejects() {
    return new Assertion(this.#actual, { ...this.#about, settles: 'rejects' });
  }

  static define(name) {
    Assertion.prototype[name] = function (...values) {
      return (this.#about.settles ? judgeLater : judge)(name, this.#about, this.#actual, values);
    };
  }
}

Object.keys(matchers).forEach(Assertion.define);

/** Says what a value must be. */
export const expect = (actual, prefix = '') => new Assertion(actual, { negated: false, prefix });

/** As expect, but the test goes on, and fails at its end. */
expect.soft = (actual, prefix = '') => new Assertion(actual, { negated: false, prefix, isSoft: true });

const primitives = new Map([[String, 'string'], [Number, 'number'], [Boolean, 'boolean'], [BigInt, 'bigint'], [Symbol, 'symbol'], [Function, 'function']]);
const kinds = {
  objectContaining: (part) => [`object containing ${shown(part)}`, (value) => typeof value === 'object' && value !== null && Reflect.ownKeys(part).every((key) => key in value && equals(value[key], part[key]))],
  arrayContaining: (part) => [`array containing ${shown(part)}`, (value) => Array.isArray(value) && part.every((item) => holds(value, item, equals))],
  stringContaining: (part) => [`string containing ${shown(part)}`, (value) => typeof value === 'string' && value.includes(part)],
  stringMatching: (pattern) => [`string matching ${pattern}`, (value) => typeof value === 'string' && new RegExp(pattern).test(value)],
  closeTo: (to, digits = 2) => [`number close to ${to}`, (value) => typeof value === 'number' && (value === to || Math.abs(value - to) < 10 ** -digits / 2)],
};
expect.not = {};
for (const [name, kind] of Object.entries(kinds)) {
  expect[name] = (...values) => standIn(...kind(...values));
  expect.not[name] = (...values) => {
    const [title, matches] = kind(...values);
    return standIn(`no ${title}`, (value) => !matches(value));
  };
}

expect.anything = () => standIn('anything', (value) => value !== null && value !== undefined);
expect.any = (type) => standIn(`any ${typeName(type)}`, (value) => typeof value === primitives.get(type) || (type === Object && typeof value === 'object') || value instanceof type);
expect.assertions = (count) => {
  asserted.wanted = count;
};
expect.hasAssertions = () => {
  asserted.some = true;
};
expect.extend = (more) => {
  for (const [name, matcher] of Object.entries(more)) {
    matchers[name] = matcher;
    Assertion.define(name);
    expect[name] = (...values) => standIn(name, (value) => matcher.call({ isNot: false, equals }, value, ...values).pass);
  }
};
expect.fail = (message = 'expect.fail() was called') => {
  throw new AssertionError(message);
};
expect.unreachable = (message = 'this line was expected not to be reached') => expect.fail(message);
