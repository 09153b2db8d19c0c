// Stands between the host and a script. Evaluated once, before the heap's image is taken; the host then calls `start` for each request.
// Everything built in that is needed later is taken now: a script may change its world as it likes. What runs for every request is
// written for an interpreter: few calls, few objects.
import { asHandlerResponse, callPassedOn, headerLists, isOfHandler, isRaw } from 'mik-sdk/src/forwarding.js';
import { fieldsOf } from 'mik-sdk/src/fields.js';
import { handlerOf } from 'mik-sdk/src/script.js';
import { toResponse } from 'mik-sdk/src/responses.js';
import { Response as WebResponse, headerPairs, inspect, installWeb, takeBody } from 'mik:web';
import { completeHost } from 'mik:host';

const host = globalThis.mikHost;
delete globalThis.mikHost;
const { parse, stringify } = JSON;
const { freeze, keys } = Object;
const TheBytes = Uint8Array;
const TheBuffer = ArrayBuffer;
const { isView } = ArrayBuffer;
const { isArray } = Array;
const { isInteger } = Number;
const TheError = Error;
const TheRangeError = RangeError;
const TheTypeError = TypeError;
const ThePromise = Promise;
const TheMap = Map;
const text = String;
const number = Number;
const { max } = Math;
const json = 'application/json';

const none = freeze({});
let entry;
let lastCall = 0;
let request;
const calls = new TheMap();
// Fields of handlers that came more than once: name and joined value → values.
const repeatedFields = new TheMap();
for (const map of [calls, repeatedFields]) {
  for (const name of ['get', 'set', 'delete']) {
    Object.defineProperty(map, name, { value: map[name] });
  }
}

let hasRepeatedFields = false;

const ofJson = /[/+]json\b/i;
const ofContentType = /^content-type$/i;

completeHost(host, () => ++lastCall);
installWeb(host);
delete globalThis.self;

// JSON says nothing of what is in these.
const { Blob, FormData, ReadableStream, URLSearchParams } = globalThis;
const ofWeb = [Blob, FormData, ReadableStream, URLSearchParams, WebResponse];

const keyOf = (name, value) => `${name}\n${value}`;

/** The values of which a value was joined: a field that a script takes over as a string goes on as it came, `set-cookie` above all. */
function valuesOf(name, value) {
  const lower = name.toLowerCase();
  const received = hasRepeatedFields ? repeatedFields.get(keyOf(lower, value)) : undefined;
  if (received !== undefined) {
    return received;
  }

  const own = request?.headersAll?.[lower];
  return isArray(own) && own.length > 1 && lower !== 'cookie' && own.join(', ') === value ? own : undefined;
}

/** Fields as [name, value] pairs; a field with several values is several pairs. */
function headerList(given) {
  const headers = fieldsOf(given);
  const list = [];
  for (const name of keys(headers)) {
    const field = headers[name];
    const value = typeof field === 'string' ? valuesOf(name, field) ?? field : field;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        list[list.length] = [name, text(value[i])];
      }
    } else {
      list[list.length] = [name, text(value)];
    }
  }

  return list;
}

/** The content type among fields, whatever the case of its name. */
function typeAmong(list) {
  for (let i = 0; i < list.length; i++) {
    if (ofContentType.test(list[i][0])) {
      return list[i][1];
    }
  }

  return undefined;
}

/** Refuses what would be sent as empty JSON. */
function checkData(body, what, hint) {
  if (body instanceof ThePromise) {
    throw new TheTypeError(`${what} is a Promise: there is an await missing`);
  }

  let isNone = isView(body) || body instanceof TheBuffer;
  for (let i = 0; i < ofWeb.length && !isNone; i++) {
    isNone = body instanceof ofWeb[i];
  }

  if (isNone) {
    throw new TheTypeError(`${what} is ${body instanceof TheBuffer ? 'an' : 'a'} ${body.constructor.name}, which JSON cannot say: ${hint}`);
  }
}

function send(resolve, reject, place, handler, options) {
  const { method = 'GET', path = '/', headers, body, timeout } = options ?? {};
  const isText = typeof body === 'string';
  if (typeof body === 'object' && body !== null) {
    checkData(body, 'the body of the call', 'send a text or plain data');
  }

  const sent = body === undefined || body === null ? undefined : isText ? body : stringify(body);
  let fields;
  if (headers !== undefined && headers !== null) {
    const list = headerList(headers);
    if (sent !== undefined && !isText && typeAmong(list) === undefined) {
      list[list.length] = ['content-type', json];
    }

    fields = stringify(list);
  } else if (sent !== undefined && !isText) {
    fields = json;
  }

  const id = ++lastCall;
  const name = text(handler);
  calls.set(id, { name, resolve, reject, place });
  host.call(id, timeout === undefined || timeout === null ? -1 : max(number(timeout), 0), name, text(method), text(path), fields, sent);
}

function call(handler, options) {
  const place = new TheError();
  return new ThePromise((resolve, reject) => {
    send(resolve, reject, place, handler, options);
  });
}

/** Ends a call: with a response (status, fields, body), or with no status, a code and a message. */
function settle(id, status, first, second) {
  const { name, resolve, reject, place } = calls.get(id);
  calls.delete(id);
  if (status === 0) {
    place.message = second;
    place.code = first;
    place.handler = name;
    reject(place);
    return;
  }

  const [headers, repeated] = parse(first);
  if (repeated !== undefined) {
    hasRepeatedFields = true;
    for (const field of keys(repeated)) {
      repeatedFields.set(keyOf(field, headers[field]), repeated[field]);
    }
  }

  const type = headers['content-type'];
  let body = second === undefined ? null : second;
  let asItCame = second;
  if (second !== undefined && (type === undefined || type === json || ofJson.test(type))) {
    try {
      body = parse(second);
      asItCame = undefined;
    } catch {
      // It says JSON and is not: the text as it is.
    }
  }

  resolve(asHandlerResponse({ status, headers, body }, () => headerLists(...parse(first)), id, asItCame));
}

function requestBody(body) {
  if (body === undefined) {
    return null;
  }

  try {
    return parse(body);
  } catch {
    return body;
  }
}

function failureOf(thrown, depth = 0) {
  if (thrown instanceof TheError) {
    const causes = isArray(thrown.errors) ? thrown.errors : thrown.cause === undefined ? [] : [thrown.cause];
    return {
      name: text(thrown.name), message: text(thrown.message), stack: text(thrown.stack ?? ''),
      code: thrown.code === undefined ? undefined : text(thrown.code), handler: thrown.handler,
      causes: depth < 3 ? causes.slice(0, 3).map((cause) => failureOf(cause, depth + 1)) : [],
    };
  }

  return { name: 'Error', message: `thrown: ${inspect(thrown)}`, stack: '' };
}

function asJson(body) {
  checkData(body, 'the body of the response', 'return new Response(body)');
  try {
    return stringify(body) ?? 'null';
  } catch (error) {
    throw new TheTypeError(`the response cannot be written as JSON: ${error.message}`, { cause: error });
  }
}

function checkStatus(status) {
  if (!isInteger(status) || status < 200 || status > 599) {
    throw new TheRangeError(`a response has a status from 200 to 599, not ${inspect(status)}`);
  }
}

/** Gives a response to the host: status, number of the call whose bytes it passes on, fields (a content type, or pairs as JSON), body. */
function answer(response) {
  const { status, body } = response;
  checkStatus(status);

  const headers = fieldsOf(response.headers);
  const names = keys(headers);
  let type;
  let list;
  if (names.length === 1 && names[0] === 'content-type' && typeof headers['content-type'] === 'string') {
    type = headers['content-type'];
  } else if (names.length > 0) {
    list = headerList(headers);
    type = typeAmong(list);
  }

  // What a handler sent and nobody touched goes on as it came.
  const call = typeof body === 'string' ? callPassedOn(response) : 0;
  let out;
  if (call !== 0) {
    out = body;
  } else if (status === 204 || body === undefined || (body === null && isOfHandler(response))) {
    out = '';
  } else if (typeof body === 'string' && ((type !== undefined && type !== json && !ofJson.test(type)) || isRaw(response))) {
    out = body.toWellFormed();
  } else if (body instanceof TheBuffer || isView(body)) {
    out = body instanceof TheBytes ? body : body instanceof TheBuffer ? new TheBytes(body) : new TheBytes(body.buffer, body.byteOffset, body.byteLength);
  } else {
    out = asJson(body);
    if (type === undefined) {
      type = json;
      if (list !== undefined) {
        list[list.length] = ['content-type', json];
      }
    }
  }

  host.done(status, call, list === undefined ? type ?? '' : stringify(list), out);
}

function fail(thrown) {
  let failure;
  try {
    failure = stringify(failureOf(thrown));
  } catch {
    failure = '{"name":"Error","message":"an error that cannot be shown","stack":""}';
  }

  host.failed(failure);
}

/** A Response of the Web as the host takes it: its fields as pairs, its body as bytes. */
async function answerWeb(response) {
  // One of Response.error() has 0; one of fetch may have 101.
  const { status } = response;
  checkStatus(status);
  const body = takeBody(response);
  const bytes = body === null || body instanceof TheBytes ? body : await new WebResponse(body).bytes();
  host.done(status, 0, stringify(headerPairs(response.headers)), bytes ?? '');
}

async function run(head, body, env) {
  try {
    const req = parse(head);
    req.body = requestBody(body);
    request = req;
    const value = await entry(req, { call, env: env === undefined ? none : freeze(parse(env)) });
    if (value instanceof WebResponse) {
      await answerWeb(value);
    } else {
      answer(toResponse(value));
    }
  } catch (thrown) {
    fail(thrown);
  }
}

// The host sees from the promise whether a run has ended without a word, as one does whose memory is full.
host.start = run;

host.settle = settle;

function exportsOf(module) {
  if (typeof module.default?.fetch === 'function') {
    return ' (its default export has a fetch, as a component of mik build has)';
  }

  const names = keys(module);
  return names.length === 0 ? '' : ` (it exports ${names.map((name) => name === 'default' ? `default, of type ${typeof module.default}` : name).join(', ')})`;
}

host.load = (name) => {
  import(name).then(
    (module) => {
      entry = handlerOf(module.default);
      if (typeof entry === 'function') {
        host.loaded();
      } else {
        host.failed(stringify({
          name: 'TypeError', stack: '',
          message: `${name} has no function as its default export; it must say: export default script(async (req, host) => …)${exportsOf(module)}`,
        }));
      }
    },
    fail,
  );
};
