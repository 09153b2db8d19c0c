// What toEqual and its kin mean by equal, and matchers that stand for a kind of value.
const asymmetric = Symbol('matches');

/** A value that stands for others: `expect.any(Number)`. */
export const standIn = (name, matches) => ({ [asymmetric]: matches, toString: () => name, toJSON: () => name, constructor: { name } });

export const isStandIn = (value) => typeof value === 'object' && value !== null && typeof value[asymmetric] === 'function';

const keysOf = (value, strict) => Reflect.ownKeys(value)
  .filter((key) => Object.prototype.propertyIsEnumerable.call(value, key) && (strict || value[key] !== undefined));

/** Whether two values are the same all the way down. Strictly: with undefined members and classes. */
export function equals(actual, expected, { strict = false, partial = false, seen = [] } = {}) {
  if (isStandIn(expected)) {
    return expected[asymmetric](actual);
  }

  if (isStandIn(actual)) {
    return actual[asymmetric](expected);
  }

  if (Object.is(actual, expected)) {
    return true;
  }

  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return false;
  }

  const isPart = partial && Object.getPrototypeOf(expected) === Object.prototype;
  if ((!isPart && Object.prototype.toString.call(actual) !== Object.prototype.toString.call(expected))
    || (strict && Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected))) {
    return false;
  }

  if (seen.some(([a, b]) => a === actual && b === expected)) {
    return true;
  }

  const inside = { strict, partial, seen: [...seen, [actual, expected]] };
  if (actual instanceof Date) {
    return Object.is(actual.getTime(), expected.getTime());
  }

  if (actual instanceof Number || actual instanceof String || actual instanceof Boolean) {
    return Object.is(actual.valueOf(), expected.valueOf());
  }

  if (actual instanceof ArrayBuffer) {
    return equals(new Uint8Array(actual), new Uint8Array(expected));
  }

  if (actual instanceof RegExp) {
    return String(actual) === String(expected);
  }

  if (actual instanceof Error && !isPart) {
    return actual.name === expected.name && actual.message === expected.message && equals(actual.cause, expected.cause, inside);
  }

  if (actual instanceof Set) {
    return actual.size === expected.size && [...expected].every((item) => [...actual].some((other) => equals(other, item, inside)));
  }

  if (actual instanceof Map) {
    return actual.size === expected.size && [...expected].every(([key, item]) => [...actual].some(([other, value]) => equals(other, key, inside) && equals(value, item, inside)));
  }

  if (Array.isArray(actual) && actual.length !== expected.length) {
    return false;
  }

  const wanted = keysOf(expected, strict);
  return (partial || keysOf(actual, strict).length === wanted.length)
    && wanted.every((key) => (isPart ? key in actual : Object.prototype.hasOwnProperty.call(actual, key)) && equals(actual[key], expected[key], inside));
}
