import { asResponse, isResponse, statusOfBody } from './forwarding.js';

const json = () => ({ 'content-type': 'application/json' });

/**
 * A successful response with data as JSON. Its status is 200, or that of the handler when the data is the body of its answer.
 */
export function ok(data) {
  return data === undefined
    ? asResponse({ status: 204, headers: {}, body: null })
    : asResponse({ status: statusOfBody(data) ?? 200, headers: json(), body: data });
}

/** A failure as RFC 7807 describes it. Members beyond the four known ones go into the body as they are. */
export function error({ status = 500, title, detail, type = 'about:blank', ...rest } = {}) {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new RangeError(`error({ status }) must be from 400 to 599, not ${String(status)}`);
  }

  const body = { type, title: title ?? 'Error', status, ...(detail !== undefined && { detail }), ...rest };
  return asResponse({ status, headers: { 'content-type': 'application/problem+json' }, body });
}

/** What a script returned, as a response: one that is a response already, nothing (204), or data (200). */
export function toResponse(value) {
  return isResponse(value) ? value : value === undefined ? ok() : asResponse({ status: 200, headers: json(), body: value });
}
