// Blob and File: bytes with a type.
import { decode, encode } from './encoding.js';
import { bytesOf, joined } from './bytes.js';

export class Blob {
  #bytes;
  #type;

  constructor(parts = [], { type = '' } = {}) {
    if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function') {
      throw new TypeError('a Blob is made of a list of parts');
    }

    this.#bytes = joined([new Uint8Array(), ...[...parts].map((part) => (part instanceof Blob ? part.#bytes : bytesOf(part)?.slice() ?? encode(String(part))))]);
    this.#type = /^[\x20-\x7e]*$/.test(type) ? String(type).toLowerCase() : '';
  }

  get size() {
    return this.#bytes.byteLength;
  }

  get type() {
    return this.#type;
  }

  slice(start = 0, end = this.size, type = '') {
    return new Blob([this.#bytes.slice(start, end)], { type });
  }

  async bytes() {
    return this.#bytes.slice();
  }

  async arrayBuffer() {
    return this.#bytes.slice().buffer;
  }

  async text() {
    return decode(this.#bytes);
  }

  stream() {
    return new Response(this).body;
  }

  static bytesOf(blob) {
    return blob.#bytes;
  }
}

export class File extends Blob {
  #name;
  #lastModified;

  constructor(parts, name, { lastModified = Date.now(), ...options } = {}) {
    super(parts, options);
    this.#name = String(name);
    this.#lastModified = Number(lastModified);
  }

  get name() {
    return this.#name;
  }

  get lastModified() {
    return this.#lastModified;
  }
}
