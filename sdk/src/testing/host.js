// Hosts and requests for tests of scripts.
import { asHandlerResponse, headerLists } from '../forwarding.js';
import { fn } from './mock.js';

// What passes between a script and a handler is JSON or text.
const passed = (body) => (body === undefined || body === null || typeof body === 'string' ? body ?? null : JSON.parse(JSON.stringify(body)));

const lists = (headers) => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), (Array.isArray(value) ? value : [value]).map(String)]));

const lower = (headers) => Object.fromEntries(Object.entries(lists(headers)).map(([name, values]) => [name, values.join(name === 'cookie' ? '; ' : ', ')]));

function failure(code, message) {
  return Object.assign(new Error(message), { code });
}

/**
 * A host whose handlers are functions (or plain responses). A handler gets { method, path, headers, body } and gives { status, headers, body }; an error that it
 * throws is what host.call rejects with. `host.calls` has all calls; `host.call` is a mock as well. What `host.env` has comes second: createTestHost({}, { env: { NAME: "value" } }).
 */
export function createTestHost(handlers = {}, { env = {} } = {}) {
  const calls = [];
  return {
    calls,
    env: Object.freeze({ ...env }),
    call: fn(async (handler, { method = 'GET', path = '/', headers, body } = {}) => {
      const request = { method, path, headers: lower(headers), body: passed(body) };
      calls.push({ handler, ...request });
      if (!Object.prototype.hasOwnProperty.call(handlers, handler)) {
        throw failure('MODULE_NOT_FOUND', `there is no handler '${handler}'; createTestHost was given ${Object.keys(handlers).join(', ') || 'none'}`);
      }

      const made = handlers[handler];
      const response = (typeof made === 'function' ? await made(request) : made) ?? {};
      return asHandlerResponse(
        { status: response.status ?? 200, headers: lower(response.headers), body: passed(response.body) },
        () => headerLists(lower(response.headers), lists(response.headers)),
      );
    }).mockName('host.call'),
  };
}

/** An error as host.call rejects with: for handlers of a test host to throw. */
export const createTestError = (code, message = code) => failure(code, message);

/** A request. What is not given is empty. */
export function createTestRequest({ method, path = '/', headers, query = {}, body = null } = {}) {
  const values = Object.entries(query);
  return {
    method: method ?? (body === null ? 'GET' : 'POST'),
    path,
    headers: lower(headers),
    headersAll: lists(headers),
    query: Object.fromEntries(values.map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)])),
    queryAll: Object.fromEntries(values.map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(String)])),
    body: passed(body),
  };
}
