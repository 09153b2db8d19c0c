// What messages of WASI 0.3 have: fields, bodies, trailers.
import http from 'wasi:http/types@0.3.0';
import { enter, leave } from './waiting.js';

const { Future, Stream } = globalThis.wit;
const ofTrailers = kindOf((name) => name.includes('OPTION'));
const ofResult = kindOf((name) => !name.includes('OPTION'));
const noMore = { tag: 'ok', val: null };
const chunkBytes = 64 << 10;

function kindOf(fits) {
  return Object.entries(Future.types).find(([name]) => fits(name))[1];
}

const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'host', 'te', 'trailer', 'http2-settings'];

/** Pairs of text → pairs whose values are bytes, a character being a byte; without fields about a connection. */
export const entriesOf = (pairs) => pairs
  .filter(([name]) => !ofConnection.includes(name.toLowerCase()))
  .map(([name, value]) => [name, Uint8Array.from(value, (character) => character.charCodeAt(0))]);

/** And back. */
export const pairsOf = (entries) => entries.map(([name, value]) => [name, String.fromCharCode(...value)]);

/** A future that is there. */
function resolved(kind, value) {
  const { readable, writable } = Future(kind);
  writable.write(value).catch(() => {});
  return readable;
}

/** Does something that moves only while the guest rests. */
async function resting(action) {
  enter();
  try {
    return await action();
  } finally {
    leave();
  }
}

/** The body of a request as a stream; the request is gone then. */
export function streamOf(request) {
  let reading;
  return new ReadableStream({
    async pull(controller) {
      reading ??= http.Request.consumeBody(request, resolved(ofResult, noMore));
      const [stream, trailers] = reading;
      const { done, value } = await resting(() => stream.next());
      if (!done) {
        controller.enqueue(value);
        return;
      }

      const end = await resting(() => trailers.read());
      if (end.tag === 'err') {
        controller.error(new TypeError(`the body of the request was cut: ${end.val.tag}`));
      } else {
        controller.close();
      }
    },
    async cancel() {
      await reading?.[0].return();
    },
  }, { highWaterMark: 0 });
}

/**
 * What a response is made of: contents, trailers, and what sends them.
 * @param body Bytes, a stream, or null.
 */
export function bodyFor(body) {
  if (body === null || body.byteLength === 0) {
    return { contents: null, trailers: resolved(ofTrailers, noMore), sent: Promise.resolve() };
  }

  const contents = Stream(Stream.U8);
  const trailers = Future(ofTrailers);
  const write = async () => {
    let end = noMore;
    try {
      if (body instanceof Uint8Array) {
        await contents.writable.writeAll(body);
      } else {
        await pipe(body, contents.writable);
      }
    } catch (error) {
      end = { tag: 'err', val: { tag: 'internal-error', val: String(error?.message ?? error) } };
      throw error;
    } finally {
      contents.writable.drop();
      await trailers.writable.write(end);
    }
  };
  return { contents: contents.readable, trailers: trailers.readable, sent: resting(write) };
}

async function pipe(stream, writable) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }

    if (!(value instanceof Uint8Array)) {
      throw new TypeError('a body is a stream of Uint8Arrays');
    }

    for (let at = 0; at < value.length; at += chunkBytes) {
      const chunk = value.subarray(at, at + chunkBytes);
      if (await writable.writeAll(chunk) < chunk.length) {
        await reader.cancel('nobody takes the rest');
        return;
      }
    }
  }
}
