// Headers as the Fetch standard has them.
const isToken = (name) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
const normalized = (value) => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');

function checkedName(given) {
  const name = byteString(given);
  if (!isToken(name)) {
    throw new TypeError(`"${name}" is no name of a header field`);
  }

  return name.toLowerCase();
}

function checkedValue(given, name) {
  const value = normalized(byteString(given));
  if (/[\0\n\r]/.test(value)) {
    throw new TypeError(`the value of the header field "${name}" has characters that cannot stand there`);
  }

  return value;
}

function byteString(given) {
  const text = String(given);
  const wide = /[^\0-\xff]/.exec(text);
  if (wide !== null) {
    throw new TypeError(`a header field has the character ${JSON.stringify(wide[0])}, which is beyond Latin-1`);
  }

  return text;
}

export class Headers {
  // Lower-case name → values, in the order in which they came.
  #fields = new Map();
  #isImmutable = false;

  constructor(init) {
    if (init === undefined) {
      return;
    }

    if (init === null || (typeof init !== 'object' && typeof init !== 'function')) {
      throw new TypeError('Headers are made of an object or of a list of pairs');
    }

    if (typeof init[Symbol.iterator] === 'function') {
      for (const given of init) {
        if (given === null || typeof given !== 'object' || typeof given[Symbol.iterator] !== 'function') {
          throw new TypeError('Headers are made of pairs');
        }

        const pair = [...given];
        if (pair.length !== 2) {
          throw new TypeError('Headers are made of pairs');
        }

        this.append(pair[0], pair[1]);
      }
    } else {
      for (const key of Reflect.ownKeys(init)) {
        if (Object.prototype.propertyIsEnumerable.call(init, key)) {
          if (typeof key === 'symbol') {
            throw new TypeError('a header field has a symbol for its name');
          }

          this.append(key, init[key]);
        }
      }
    }
  }

  append(name, value) {
    const key = checkedName(name);
    const checked = checkedValue(value, key);
    this.#check();
    const values = this.#fields.get(key);
    if (values === undefined) {
      this.#fields.set(key, [checked]);
    } else {
      values.push(checked);
    }
  }

  set(name, value) {
    const key = checkedName(name);
    const checked = checkedValue(value, key);
    this.#check();
    this.#fields.set(key, [checked]);
  }

  delete(name) {
    const key = checkedName(name);
    this.#check();
    this.#fields.delete(key);
  }

  get(name) {
    return this.#fields.get(checkedName(name))?.join(', ') ?? null;
  }

  getSetCookie() {
    return [...this.#fields.get('set-cookie') ?? []];
  }

  has(name) {
    return this.#fields.has(checkedName(name));
  }

  forEach(callback, self) {
    if (typeof callback !== 'function') {
      throw new TypeError('forEach takes a function');
    }

    for (const [name, value] of this) {
      callback.call(self, value, name, this);
    }
  }

  * entries() {
    for (let at = 0; ; at++) {
      // Sorted anew at each step: fields may change meanwhile.
      const pair = this.#sorted()[at];
      if (pair === undefined) {
        return;
      }

      yield pair;
    }
  }

  * keys() {
    for (const [name] of this) {
      yield name;
    }
  }

  * values() {
    for (const [, value] of this) {
      yield value;
    }
  }

  #sorted() {
    const sorted = [];
    for (const name of [...this.#fields.keys()].sort()) {
      const values = this.#fields.get(name);
      if (name === 'set-cookie') {
        values.forEach((value) => sorted.push([name, value]));
      } else {
        sorted.push([name, values.join(', ')]);
      }
    }

    return sorted;
  }

  #check() {
    if (this.#isImmutable) {
      throw new TypeError('these headers cannot be changed: make a new Request or Response with others');
    }
  }

  /** Every value as a pair of its own, in the order in which they came. */
  static pairs(headers) {
    const pairs = [];
    for (const [name, values] of headers.#fields) {
      values.forEach((value) => pairs.push([name, value]));
    }

    return pairs;
  }

  static freeze(headers) {
    headers.#isImmutable = true;
    return headers;
  }
}

/** What only this layer may do. */
export const { pairs: headerPairs, freeze: frozen } = Headers;
delete Headers.pairs;
delete Headers.freeze;
Object.defineProperty(Headers.prototype, Symbol.iterator, { value: Headers.prototype.entries, writable: true, configurable: true });
