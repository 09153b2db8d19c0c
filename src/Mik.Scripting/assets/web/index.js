// The Web API of scripts and components: one layer over a small host.
import {
  ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableByteStreamController, ReadableStream, ReadableStreamBYOBReader, ReadableStreamBYOBRequest,
  ReadableStreamDefaultController, ReadableStreamDefaultReader, TransformStream, TransformStreamDefaultController, WritableStream, WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from 'web-streams-polyfill';
import { URL, URLSearchParams } from 'whatwg-url';
import { AbortController, AbortSignal, CustomEvent, Event, EventTarget } from './events.js';
import { TextDecoder, TextEncoder, atob, btoa } from './encoding.js';
import { Blob, File } from './blob.js';
import { FormData } from './form.js';
import { Headers } from './headers.js';
import { Request, Response } from './request.js';
import { makeFetch } from './fetch.js';
import { makeCrypto } from './crypto.js';
import { makeConsole } from './console.js';
import { makeTimers } from './timers.js';
import { structuredClone } from './clone.js';
import { DOMException } from './exception.js';
import { inspect } from './format.js';

const { defineProperty } = Object;

class TextDecoderStream extends TransformStream {
  constructor(label, options) {
    const decoder = new TextDecoder(label, options);
    const put = (controller, text) => text !== '' && controller.enqueue(text);
    super({
      transform(chunk, controller) {
        put(controller, decoder.decode(chunk, { stream: true }));
      },
      flush(controller) {
        put(controller, decoder.decode());
      },
    });
  }
}

class TextEncoderStream extends TransformStream {
  constructor() {
    const encoder = new TextEncoder();
    super({
      transform(chunk, controller) {
        controller.enqueue(encoder.encode(chunk));
      },
    });
  }
}

/** What a type or function is called, whatever the bundle calls it. */
function asNamed(value, name) {
  defineProperty(value, 'name', { value: name, configurable: true });
  if (/^[A-Z]/.test(name) && !Object.hasOwn(value.prototype, Symbol.toStringTag)) {
    defineProperty(value.prototype, Symbol.toStringTag, { value: name, configurable: true });
  }
}

/**
 * Makes the globals.
 * @param host Has log, timer, untimer, fill (random bytes), send (as in fetch.js); gets fire.
 */
export function installWeb(host) {
  const { crypto, ...cryptoTypes } = makeCrypto(host.fill);
  const console = makeConsole(host);
  const globals = {
    AbortController, AbortSignal, Blob, ByteLengthQueuingStrategy, CountQueuingStrategy, CustomEvent, DOMException, Event, EventTarget, File, FormData, Headers,
    ReadableByteStreamController, ReadableStream, ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController, ReadableStreamDefaultReader,
    Request, Response, TextDecoder, TextDecoderStream, TextEncoder, TextEncoderStream, TransformStream, TransformStreamDefaultController, URL, URLSearchParams,
    WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter, atob, btoa, console, crypto, ...cryptoTypes, fetch: makeFetch(host.send),
    ...makeTimers(host), structuredClone, self: globalThis,
    queueMicrotask: globalThis.queueMicrotask ?? ((callback) => void Promise.resolve().then(callback)),
    performance: globalThis.performance ?? { now: () => Date.now(), timeOrigin: 0 },
    reportError: (error) => host.log(3, `Uncaught ${inspect(error)}`),
  };
  for (const name of Object.keys(globals)) {
    const value = globals[name];
    if (typeof value === 'function') {
      asNamed(value, name);
    }

    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

export { Headers, Request, Response };
export { headerPairs } from './headers.js';
export { setBody, takeBody } from './body.js';
export { received } from './request.js';
export { encode, decode } from './encoding.js';
export { formatLine, inspect } from './format.js';
