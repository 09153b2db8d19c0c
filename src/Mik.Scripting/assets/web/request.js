// Request and Response as the Fetch standard has them, as far as a server has use for it: no modes, caches and credentials.
import { Body, bodyOf, copyBody, setBody, takeBody } from './body.js';
import { Headers, frozen } from './headers.js';
import { encode } from './encoding.js';

const isToken = (text) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);

function methodOf(given) {
  const method = String(given);
  if (!isToken(method) || /^(connect|trace|track)$/i.test(method)) {
    throw new TypeError(`"${method}" is no method of a request`);
  }

  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}

function urlOf(given) {
  let url;
  try {
    url = new URL(String(given));
  } catch {
    throw new TypeError(`"${String(given)}" is no URL: a request has a whole one, https://example.com/path`);
  }

  if (url.username !== '' || url.password !== '') {
    throw new TypeError('the URL of a request has no user and no password');
  }

  return url.href;
}

export class Request extends Body {
  #method;
  #url;
  #headers;
  #redirect;
  #signal;

  constructor(input, init = {}) {
    if (arguments.length === 0) {
      throw new TypeError('a Request needs a URL');
    }

    const options = init ?? {};
    const from = input instanceof Request ? input : null;
    const method = options.method === undefined ? from?.method ?? 'GET' : methodOf(options.method);
    const url = from === null ? urlOf(input) : from.url;
    const headers = new Headers(options.headers ?? from?.headers);
    const hasOwn = options.body !== undefined && options.body !== null;
    if (hasOwn && (method === 'GET' || method === 'HEAD')) {
      throw new TypeError('a request with GET or HEAD has no body');
    }

    const { source, type } = hasOwn ? bodyOf(options.body) : { source: from === null ? null : takeBody(from), type: null };
    super(source);
    if (type !== null && !headers.has('content-type')) {
      headers.set('content-type', type);
    }

    this.#method = method;
    this.#url = url;
    this.#headers = headers;
    this.#redirect = options.redirect ?? from?.redirect ?? 'follow';
    this.#signal = options.signal ?? from?.signal ?? new AbortController().signal;
  }

  get method() {
    return this.#method;
  }

  get url() {
    return this.#url;
  }

  get headers() {
    return this.#headers;
  }

  get redirect() {
    return this.#redirect;
  }

  get signal() {
    return this.#signal;
  }

  clone() {
    const copy = new Request(this.#url, { method: this.#method, headers: this.#headers, redirect: this.#redirect, signal: this.#signal });
    setBody(copy, copyBody(this));
    return copy;
  }
}

const nullBody = [101, 103, 204, 205, 304];

export class Response extends Body {
  #status;
  #statusText;
  #headers;
  #url = '';
  #redirected = false;
  #type = 'default';

  constructor(body = null, init = {}) {
    const { status = 200, statusText = '', headers } = init ?? {};
    const number = Math.trunc(Number(status));
    if (!(number >= 200 && number <= 599)) {
      throw new RangeError(`a response has a status from 200 to 599, not ${String(status)}`);
    }

    const text = String(statusText);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      throw new TypeError('the statusText of a response has characters that cannot stand there');
    }

    const fields = new Headers(headers);
    const { source, type } = bodyOf(body);
    if (source !== null && nullBody.includes(number)) {
      throw new TypeError(`a response with status ${number} has no body`);
    }

    super(source);
    if (type !== null && !fields.has('content-type')) {
      fields.set('content-type', type);
    }

    this.#status = number;
    this.#statusText = text;
    this.#headers = fields;
  }

  get status() {
    return this.#status;
  }

  get ok() {
    return this.#status >= 200 && this.#status <= 299;
  }

  get statusText() {
    return this.#statusText;
  }

  get headers() {
    return this.#headers;
  }

  get url() {
    return this.#url;
  }

  get redirected() {
    return this.#redirected;
  }

  get type() {
    return this.#type;
  }

  clone() {
    const copy = new Response(null, { statusText: this.#statusText, headers: this.#headers });
    setBody(copy, copyBody(this));
    copy.#status = this.#status;
    copy.#url = this.#url;
    copy.#redirected = this.#redirected;
    copy.#type = this.#type;
    return copy;
  }

  static json(data, init = {}) {
    const text = JSON.stringify(data);
    if (text === undefined) {
      throw new TypeError('Response.json takes what JSON can say');
    }

    const response = new Response(encode(text), init);
    if (!response.headers.has('content-type')) {
      response.headers.set('content-type', 'application/json');
    }

    return response;
  }

  static redirect(url, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status)) {
      throw new RangeError(`a redirect has the status 301, 302, 303, 307 or 308, not ${String(status)}`);
    }

    const response = new Response(null, { status, headers: { location: new URL(String(url)).href } });
    frozen(response.#headers);
    return response;
  }

  static error() {
    const response = new Response(null);
    response.#status = 0;
    response.#type = 'error';
    frozen(response.#headers);
    return response;
  }

  static received({ status, statusText = '', headers, body, url, redirected }) {
    const response = new Response(null, { statusText, headers });
    setBody(response, nullBody.includes(status) ? null : body);
    response.#status = status;
    response.#url = url;
    response.#redirected = redirected;
    response.#type = 'basic';
    frozen(response.#headers);
    return response;
  }
}

/** A response that came from elsewhere. */
export const { received } = Response;
delete Response.received;
