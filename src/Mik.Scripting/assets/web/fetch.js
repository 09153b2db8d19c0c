// fetch: redirects, signals and what a URL must be. The host makes the calls.
import { Request, received } from './request.js';
import { headerPairs } from './headers.js';
import { setBody, takeBody } from './body.js';
import { whenAborted } from './events.js';

const mostRedirects = 20;
const ofBody = ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length'];
const ofOrigin = ['authorization', 'cookie', 'proxy-authorization'];

/** The URL where a response sends its caller, or null. */
function locationOf({ status, headers }, url) {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.find(([name]) => name.toLowerCase() === 'location')?.[1] : undefined;
  return location === undefined ? null : new URL(location, url);
}

/**
 * The function for a host.
 * @param send Makes one call: { method, url (a URL), headers (pairs), body (bytes, a stream or null), signal } → a promise of { status, statusText, headers, body }.
 */
export function makeFetch(send) {
  async function follow(request, signal) {
    let { method } = request;
    let url = new URL(request.url);
    url.hash = ''; // It is the client's own (RFC 9110, 4.2.5).
    let headers = headerPairs(request.headers);
    let body = takeBody(request);
    for (let count = 0; ; count++) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new TypeError(`fetch knows http: and https:, not ${url.protocol}`);
      }

      const answer = await send({ method, url, headers, body, signal });
      const target = request.redirect === 'manual' ? null : locationOf(answer, url);
      if (target === null) {
        return received({ ...answer, url: url.href, redirected: count > 0 });
      }

      if (request.redirect === 'error') {
        throw new TypeError(`${url.href} redirects, and the request does not want that`);
      }

      if (count === mostRedirects) {
        throw new TypeError(`${request.url} redirects more than ${mostRedirects} times`);
      }

      const isSee = answer.status === 303 ? method !== 'GET' && method !== 'HEAD' : answer.status < 303 && method === 'POST';
      if (isSee) {
        method = 'GET';
        body = null;
        headers = headers.filter(([name]) => !ofBody.includes(name));
      } else if (body !== null && !(body instanceof Uint8Array)) {
        throw new TypeError('a redirect needs the body again, and a stream is read once');
      }

      if (target.origin !== url.origin) {
        headers = headers.filter(([name]) => !ofOrigin.includes(name));
      }

      target.hash = '';
      url = target;
    }
  }

  return async function fetch(input, init) {
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    let forget;
    const aborted = new Promise((_, reject) => {
      forget = whenAborted(signal, reject);
    });
    try {
      const response = await Promise.race([follow(request, signal), aborted]);
      watchBody(response, signal);
      return response;
    } finally {
      forget();
      aborted.catch(() => {});
    }
  };
}

/** A body that is still on its way ends with the signal. */
function watchBody(response, signal) {
  const source = takeBody(response);
  if (source === null || source instanceof Uint8Array) {
    setBody(response, source);
    return;
  }

  const reader = source.getReader();
  let forget = () => {};
  setBody(response, new ReadableStream({
    start(controller) {
      forget = whenAborted(signal, (reason) => {
        controller.error(reason);
        reader.cancel(reason).catch(() => {});
      });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        forget();
        controller.close();
      } else {
        controller.enqueue(value);
      }
    },
    cancel(reason) {
      forget();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 }));
}
