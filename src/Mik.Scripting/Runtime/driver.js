// Stands between the host and a script. Evaluated once, before the heap's image is taken; the host then calls `start` for each request.
// Everything built in that is needed later is taken now: a script may change its world as it likes.
import { asHandlerResponse } from 'mik-sdk/src/forwarding.js';
import { toResponse } from 'mik-sdk/src/responses.js';
import { formatLine, inspect } from 'mik-sdk/src/format.js';
import { startTimers } from 'mik:timers';
import { startConsole } from 'mik:console';

const host = globalThis.mikHost;
delete globalThis.mikHost;
const { parse, stringify } = JSON;
const { entries, keys } = Object;
const { isArray } = Array;
const TheError = Error;
const ThePromise = Promise;
const TheMap = Map;
const text = String;

let entry;
let lastCall = 0;
const calls = new TheMap();
const bodies = new WeakMap();
for (const [map, names] of [[calls, ['get', 'set', 'delete']], [bodies, ['get', 'set']]]) {
  for (const name of names) {
    Object.defineProperty(map, name, { value: map[name] });
  }
}

startConsole(host, formatLine);
startTimers(host);
Math.random = function random() {
  return host.random();
};

function headerList(headers) {
  const list = [];
  if (headers !== undefined && headers !== null) {
    for (const [name, value] of entries(headers)) {
      for (const one of isArray(value) ? value : [value]) {
        list[list.length] = [name, text(one)];
      }
    }
  }

  return list;
}

function bodyOf(body) {
  return body === undefined || body === null ? undefined : typeof body === 'string' ? body : stringify(body);
}

function call(handler, options) {
  const place = new TheError();
  return new ThePromise((resolve, reject) => {
    const { method = 'GET', path = '/', headers, body, timeout } = options ?? {};
    const sent = bodyOf(body);
    const list = headerList(headers);
    if (sent !== undefined && typeof body !== 'string' && !list.some(([name]) => name.toLowerCase() === 'content-type')) {
      list[list.length] = ['content-type', 'application/json'];
    }

    const id = ++lastCall;
    calls.set(id, { handler, resolve, reject, place });
    const head = stringify({ handler: text(handler), method: text(method), path: text(path), headers: list, timeout: timeout === undefined ? null : Number(timeout) });
    if (sent === undefined) {
      host.call(id, head);
    } else {
      host.call(id, head, sent);
    }
  });
}

function parsedBody(body, type) {
  if (body === '') {
    return null;
  }

  if (type === undefined || /[/+]json\b/i.test(type)) {
    try {
      return parse(body);
    } catch {
      // It says JSON and is not: the text as it is.
    }
  }

  return body;
}

/** Ends a call: with a response, or with a code and a message. */
function settle(idText, headText, body) {
  const id = Number(idText);
  const { handler, resolve, reject, place } = calls.get(id);
  calls.delete(id);
  const head = parse(headText);
  if (head.code === undefined) {
    const response = { status: head.status, headers: head.headers, body: parsedBody(body, head.headers['content-type']) };
    bodies.set(response, { id, body: response.body });
    resolve(asHandlerResponse(response));
  } else {
    place.message = head.message;
    place.code = head.code;
    place.handler = handler;
    reject(place);
  }
}

function requestBody(head, body) {
  if (body === undefined || body === '') {
    return null;
  }

  try {
    return parse(body);
  } catch {
    return body;
  }
}

function failureOf(thrown) {
  if (thrown instanceof TheError) {
    return {
      name: text(thrown.name), message: text(thrown.message), stack: text(thrown.stack ?? ''),
      code: thrown.code === undefined ? undefined : text(thrown.code), handler: thrown.handler,
    };
  }

  return { name: 'Error', message: `thrown: ${inspect(thrown)}`, stack: '' };
}

function answer(response) {
  const { status, headers, body } = response;
  const head = { status, headers: headerList(headers), call: 0 };
  const kept = bodies.get(response);
  if (kept && typeof body === 'string' && kept.body === body) {
    // Passed on untouched: if it was no text at all, the host has its bytes.
    head.call = kept.id;
  }

  const type = head.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const isJson = type === undefined || /[/+]json\b/i.test(type);
  const out = status === 204 || body === undefined || (body === null && kept) ? '' : isJson || typeof body !== 'string' ? stringify(body) : body;
  if (type === undefined && out) {
    head.headers[head.headers.length] = ['content-type', 'application/json'];
  }

  host.done(stringify(head), out === undefined ? 'null' : out.toWellFormed());
}

async function run(head, body) {
  try {
    const req = parse(head);
    req.body = requestBody(req, body);
    answer(toResponse(await entry(req, { call })));
  } catch (thrown) {
    let failure;
    try {
      failure = stringify(failureOf(thrown));
    } catch {
      failure = '{"name":"Error","message":"an error that cannot be shown","stack":""}';
    }

    host.failed(failure);
  }
}

host.start = (head, body) => {
  run(head, body);
};

host.settle = settle;

host.load = (name) => {
  import(name).then(
    (module) => {
      entry = module.default;
      if (typeof entry === 'function') {
        host.loaded();
      } else {
        host.failed(stringify({
          name: 'TypeError', stack: '',
          message: `${name} has no function as its default export; it must say: export default script(async (req, host) => …)${keys(module).length ? ` (it exports ${keys(module).join(', ')})` : ''}`,
        }));
      }
    },
    (thrown) => host.failed(stringify(failureOf(thrown))),
  );
};
