// The component around a handler of JavaScript: wasi:http on one side, Request and Response on the other.
import http from 'wasi:http/types@0.3.0';
import { begin, end } from './host.js';
import { Request, Response, headerPairs, setBody, takeBody } from './web.js';
import { bodyFor, entriesOf, pairsOf, streamOf } from './messages.js';
import { tell } from './errors.js';

let active = 0;

function requestOf(message) {
  const method = message.getMethod();
  const scheme = message.getScheme()?.tag === 'HTTPS' ? 'https' : 'http';
  const headers = pairsOf(message.getHeaders().copyAll());
  const authority = message.getAuthority() ?? headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? 'localhost';
  const name = method.tag === 'other' ? method.val : method.tag.toUpperCase();
  const request = new Request(`${scheme}://${authority}${message.getPathWithQuery() ?? '/'}`, { method: name, headers });
  const hasBody = headers.some(([field, value]) => (/^content-length$/i.test(field) && value !== '0') || /^transfer-encoding$/i.test(field));
  setBody(request, hasBody || !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(name) ? streamOf(message) : null);
  return request;
}

const noBody = [204, 205, 304];

function messageOf(response) {
  const body = takeBody(response);
  const headers = headerPairs(response.headers);
  if (body instanceof Uint8Array && !noBody.includes(response.status) && !response.headers.has('content-length')) {
    headers.push(['content-length', String(body.byteLength)]);
  }

  const { contents, trailers, sent } = bodyFor(noBody.includes(response.status) ? null : body);
  const [message, transmission] = http.Response.new(http.Fields.fromList(entriesOf(headers)), contents, trailers);
  message.setStatusCode(response.status);
  transmission.drop();
  return { message, sent };
}

const failed = () => Response.json({ type: 'about:blank', title: 'Internal Server Error', status: 500 }, { status: 500, headers: { 'content-type': 'application/problem+json' } });

async function answer(load, request, env, context) {
  try {
    const response = await (await load()).fetch(request, env, context);
    if (response instanceof Response) {
      return messageOf(response);
    }

    throw new TypeError(`fetch(request, env) gave ${response === undefined ? 'nothing' : typeof response}, not a Response`);
  } catch (error) {
    tell(error);
    return messageOf(failed());
  }
}

/** What is exported for a handler. */
export const serve = (load) => ({
  async handle(message) {
    active++;
    const work = [];
    const env = begin();
    const context = {
      waitUntil(promise) {
        work.push(Promise.resolve(promise).catch(tell));
      },
      passThroughOnException() {},
    };
    let request;
    try {
      request = requestOf(message);
    } catch {
      request = null;
    }

    const { message: response, sent } = request === null ? messageOf(new Response('Bad Request\n', { status: 400 })) : await answer(load, request, env, context);
    finish(sent, work);
    return response;
  },
});

async function finish(sent, work) {
  await sent.catch(tell);
  for (const one of work) {
    await one;
  }

  if (--active === 0) {
    end();
  }
}

/** A module's default export as a handler. */
export function handlerOf(module, name) {
  const found = module.default;
  if (typeof found?.fetch === 'function') {
    return found;
  }

  throw new TypeError(`${name} exports no handler: it must say export default { async fetch(request, env) { … } }`);
}
