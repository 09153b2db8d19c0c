import { toResponse } from './responses.js';

/** Makes a script of a function: what it returns becomes a response, so that tests can look at its status and body. */
export function script(handler) {
  if (typeof handler !== 'function') {
    throw new TypeError('script(…) takes a function: export default script(async (req, host) => …)');
  }

  return async (req, host) => toResponse(await handler(req, host));
}
