// structuredClone as the HTML standard has it, for what there is here.
const { getOwnPropertyDescriptor, keys } = Object;
const { toString } = Object.prototype;
const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const refuse = (value) => {
  throw new DOMException(`${typeof value === 'symbol' ? String(value) : typeof value === 'function' ? value.name || 'a function' : toString.call(value)} could not be cloned.`, 'DataCloneError');
};

/** What an object is by its inside, whatever it says of itself. */
function holds(probe, value) {
  try {
    probe.call(value);
    return true;
  } catch {
    return false;
  }
}

const ofMap = getOwnPropertyDescriptor(Map.prototype, 'size').get;
const ofSet = getOwnPropertyDescriptor(Set.prototype, 'size').get;
const ofBuffer = getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get;
const ofView = getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const ofDate = Date.prototype.getTime;
const ofSource = getOwnPropertyDescriptor(RegExp.prototype, 'flags').get;
const ofRegExp = (value) => value instanceof RegExp && holds(getOwnPropertyDescriptor(RegExp.prototype, 'global').get, value);
const boxes = [
  [Boolean.prototype.valueOf, Boolean], [Number.prototype.valueOf, Number], [String.prototype.valueOf, String], [BigInt.prototype.valueOf, Object], [Symbol.prototype.valueOf, null],
];

function emptyOf(value, transferred) {
  if (Array.isArray(value)) {
    return new Array(value.length);
  }

  if (holds(ofDate, value)) {
    return new Date(ofDate.call(value));
  }

  if (ofRegExp(value)) {
    return new RegExp(value.source, ofSource.call(value));
  }

  if (holds(ofBuffer, value)) {
    if (value.detached) {
      refuse(value);
    }

    return transferred.has(value) ? value.transfer() : value.slice(0);
  }

  if (value instanceof Error) {
    return errorOf(value);
  }

  for (const [probe, make] of boxes) {
    if (holds(probe, value)) {
      return make === null ? refuse(value) : make === Boolean ? Object(probe.call(value)) : make === Object ? Object(probe.call(value)) : new make(probe.call(value));
    }
  }

  const isPlain = /^\[object (Object|Arguments)\]$/.test(toString.call(value)) || Symbol.toStringTag in value;
  return isPlain && !isPlatform(value) ? {} : refuse(value);
}

// Objects whose inside is not theirs to give.
const isPlatform = (value) => [Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry, EventTarget, ReadableStream, Request, Response, Headers, URL, URLSearchParams]
  .some((type) => value instanceof type && Object.getPrototypeOf(value) !== Object.prototype);

function errorOf(error) {
  const make = Object.hasOwn(errors, error.name) ? errors[error.name] : Error;
  const copy = Object.create(make.prototype);
  const made = new make();
  delete made.message;
  const message = getOwnPropertyDescriptor(error, 'message');
  if (message !== undefined && 'value' in message) {
    Object.defineProperty(made, 'message', { value: String(message.value), writable: true, configurable: true });
  }

  Object.defineProperty(made, 'stack', { value: typeof error.stack === 'string' ? error.stack : '', writable: true, configurable: true });
  return copy === made ? copy : made;
}

export function structuredClone(value, { transfer = [] } = {}) {
  if (arguments.length === 0) {
    throw new TypeError('structuredClone needs a value');
  }

  const transferred = new Set(transfer);
  if (transferred.size < [...transfer].length || [...transferred].some((buffer) => !holds(ofBuffer, buffer) || buffer.detached)) {
    throw new DOMException('what is transferred must be an ArrayBuffer, and only once', 'DataCloneError');
  }

  const known = new Map();
  const copy = (original) => {
    if (typeof original === 'symbol' || typeof original === 'function') {
      refuse(original);
    }

    if (typeof original !== 'object' || original === null) {
      return original;
    }

    if (!known.has(original)) {
      copyObject(original, known, transferred, copy);
    }

    return known.get(original);
  };
  const result = copy(value);
  transferred.forEach((buffer) => {
    if (!known.has(buffer)) {
      buffer.transfer();
    }
  });
  return result;
}

function copyObject(original, known, transferred, copy) {
  if (holds(ofMap, original)) {
    const map = new Map();
    known.set(original, map);
    [...Map.prototype.entries.call(original)].forEach(([key, item]) => map.set(copy(key), copy(item)));
    return;
  }

  if (holds(ofSet, original)) {
    const set = new Set();
    known.set(original, set);
    [...Set.prototype.values.call(original)].forEach((item) => set.add(copy(item)));
    return;
  }

  if (ArrayBuffer.isView(original)) {
    const { byteOffset } = original;
    const type = ofView.call(original);
    const length = type === undefined ? original.byteLength : original.length;
    known.set(original, new (type === undefined ? DataView : globalThis[type])(copy(original.buffer), byteOffset, length));
    return;
  }

  const made = emptyOf(original, transferred);
  known.set(original, made);
  if (original instanceof Error) {
    if (Object.hasOwn(original, 'cause')) {
      Object.defineProperty(made, 'cause', { value: copy(original.cause), writable: true, configurable: true });
    }
  } else if (Array.isArray(made) || Object.getPrototypeOf(made) === Object.prototype) {
    keys(original).forEach((key) => {
      Object.defineProperty(made, key, { value: copy(original[key]), writable: true, enumerable: true, configurable: true });
    });
  }
}
