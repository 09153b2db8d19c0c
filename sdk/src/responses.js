import { fieldsOf } from './fields.js';
import { asRawResponse, asResponse, isResponse, statusOfBody } from './forwarding.js';

const isBytes = (body) => body instanceof ArrayBuffer || ArrayBuffer.isView(body);

const typeOf = (data) => isBytes(data) ? {} : { 'content-type': 'application/json' };

/**
 * A successful response with data as JSON, or bytes as they are. Its status is 200, or that of the handler when the data is the body of its answer.
 */
export function ok(data) {
  return data === undefined
    ? asResponse({ status: 204, headers: {}, body: null })
    : asResponse({ status: statusOfBody(data) ?? 200, headers: typeOf(data), body: data });
}

/** A failure as RFC 7807 describes it. Members beyond the four known ones go into the body as they are. */
export function error({ status = 500, title, detail, type = 'about:blank', ...rest } = {}) {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new RangeError(`error({ status }) must be from 400 to 599, not ${String(status)}`);
  }

  const body = { type, title: title ?? 'Error', status, ...(detail !== undefined && { detail }), ...rest };
  return asResponse({ status, headers: { 'content-type': 'application/problem+json' }, body });
}

/**
 * A response as it is given: any status, fields (a text or a list of texts each), and a body: a text or bytes as they are, anything else as JSON. Without a content type of
 * its own a text is text/plain.
 */
export function respond({ status = 200, headers = {}, body } = {}) {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`respond({ status }) must be from 200 to 599, not ${String(status)}`);
  }

  const isEmpty = body === undefined || body === null;
  const fields = fieldsOf(headers);
  const hasType = Object.keys(fields).some((name) => name.toLowerCase() === 'content-type');
  const type = hasType || isEmpty || isBytes(body) ? {} : { 'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json' };
  return asRawResponse({ status, headers: { ...fields, ...type }, body: isEmpty ? undefined : body });
}

/** What a script returned, as a response: one that is a response already, nothing (204), or data (200). */
export function toResponse(value) {
  return isResponse(value) ? value : value === undefined ? ok() : asResponse({ status: 200, headers: typeOf(value), body: value });
}
