// What the Web API needs of the host besides its log and its timers: random numbers and outgoing calls.
const { parse, stringify } = JSON;
const TheMap = Map;
const TheError = Error;
const TheTypeError = TypeError;
const TheBytes = Uint8Array;
const ThePromise = Promise;
const { min } = Math;

/** All bytes of a stream; without globals, which a script may have changed. */
async function drained(stream) {
  const parts = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }

    parts[parts.length] = value;
    length += value.length;
  }

  const all = new TheBytes(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }

  return all;
}

/**
 * Gives a host what it needs.
 * @param host The functions of C#.
 * @param nextCall Gives the number of the next call.
 */
export function completeHost(host, nextCall) {
  const waiting = new TheMap();

  host.fill = (bytes) => {
    for (let at = 0; at < bytes.length; at += 4) {
      const number = host.entropy();
      for (let i = at; i < min(at + 4, bytes.length); i++) {
        bytes[i] = number >> (8 * (i - at));
      }
    }
  };

  host.send = async ({ method, url, headers, body, signal }) => {
    const place = new TheTypeError();
    const bytes = body === null || body instanceof TheBytes ? body : await drained(body);
    signal?.throwIfAborted();
    return new ThePromise((resolve, reject) => {
      const id = nextCall();
      waiting.set(id, { resolve, reject, place });
      host.fetch(id, method, url.href, stringify(headers), bytes ?? undefined);
    });
  };

  /** Ends a fetch: with a response (status, fields, bytes), or with no status, a code and a message. */
  host.fetched = (id, status, first, second) => {
    const { resolve, reject, place } = waiting.get(id);
    waiting.delete(id);
    if (status === 0) {
      const cause = new TheError(second);
      cause.code = first;
      place.message = `fetch failed: ${second}`;
      place.cause = cause;
      reject(place);
    } else {
      resolve({ status, headers: parse(first), body: second });
    }
  };

  Math.random = function random() {
    return host.random();
  };
}
