// What Request and Response share: a body that is read once, as bytes, text or JSON, or as a stream.
import { decode, encode } from './encoding.js';
import { bytesOf, joined } from './bytes.js';
import { Blob } from './blob.js';
import { formDataOf, multipart, FormData } from './form.js';

const inside = new WeakMap();

/** A body of what a caller gives, with the content type that goes with it. */
export function bodyOf(given) {
  if (given === null || given === undefined) {
    return { source: null, type: null };
  }

  if (given instanceof ReadableStream) {
    if (given.locked) {
      throw new TypeError('the stream of a body is being read already');
    }

    return { source: given, type: null };
  }

  const bytes = bytesOf(given);
  if (bytes !== null) {
    return { source: bytes.slice(), type: null };
  }

  if (given instanceof URLSearchParams) {
    return { source: encode(String(given)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }

  if (given instanceof Blob) {
    return { source: Blob.bytesOf(given), type: given.type === '' ? null : given.type };
  }

  if (given instanceof FormData) {
    return multipart(given);
  }

  if (typeof given === 'object' && typeof given[Symbol.asyncIterator] === 'function') {
    return { source: ReadableStream.from(given), type: null };
  }

  return { source: encode(String(given)), type: 'text/plain;charset=UTF-8' };
}

/** A stream of bytes that are there already. */
function streamOf(bytes) {
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (bytes.byteLength > 0) {
        controller.enqueue(bytes.slice());
      }

      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

/** All bytes of a stream. */
async function drained(stream) {
  const parts = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return joined(parts.length === 0 ? [new Uint8Array()] : parts);
    }

    if (!(value instanceof Uint8Array)) {
      throw new TypeError('a body is a stream of Uint8Arrays');
    }

    parts.push(value);
  }
}

/** Gives a message its body: bytes that are there, a stream, or null. */
export function setBody(message, source) {
  inside.set(message, { source, stream: source instanceof ReadableStream ? source : null, isUsed: false });
}

export class Body {
  constructor(source) {
    setBody(this, source);
  }

  get body() {
    const state = inside.get(this);
    if (state.source === null) {
      return null;
    }

    return state.stream ??= streamOf(state.source);
  }

  get bodyUsed() {
    return inside.get(this).isUsed;
  }

  async bytes() {
    return consume(this);
  }

  async arrayBuffer() {
    const { buffer, byteOffset, byteLength } = await consume(this);
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }

  async text() {
    return decode(await consume(this));
  }

  async json() {
    return JSON.parse(decode(await consume(this)));
  }

  async blob() {
    return new Blob([await consume(this)], { type: this.headers.get('content-type') ?? '' });
  }

  async formData() {
    return formDataOf(await consume(this), this.headers.get('content-type') ?? '');
  }
}

async function consume(body) {
  const bytes = takeBody(body);
  return bytes === null ? new Uint8Array() : bytes instanceof Uint8Array ? bytes : drained(bytes);
}

/** Takes the body for good: bytes that are there, a stream, or null. */
export function takeBody(body) {
  const state = inside.get(body);
  if (state.source === null) {
    return null;
  }

  if (state.isUsed || state.stream?.locked) {
    throw new TypeError('the body has been read already; clone() before reading gives a second one');
  }

  state.isUsed = true;
  return state.stream ?? state.source;
}

/** A second body with the same bytes. */
export function copyBody(body) {
  const state = inside.get(body);
  if (state.isUsed || state.stream?.locked) {
    throw new TypeError('a body that has been read cannot be cloned');
  }

  if (state.stream === null) {
    return state.source;
  }

  const [one, other] = state.stream.tee();
  state.stream = one;
  state.source = one;
  return other;
}
